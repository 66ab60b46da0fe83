"""Search forgives slips: real stop names with a slip each, and whether the stop is in the first five."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from api.search import Places, fold
from benchmarks.serving.figures import Figure
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.stores.networks import network_from_gtfs

CITIES = ("kingston/gtfs.zip", "gtfs/hart_tampa.zip", "gtfs/cairns.zip")
NAMES, FIRST, SEED, ASKED = 200, 5, 0, 0.95
SHORTEST = 6
"""Letters of a name that a slip leaves recognisable."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def search() -> Iterator[Figure]:
    """By kind of slip, over all cities."""
    data = os.environ.get("PASSINFO_DATA")
    if not data:
        raise OperatorError("benchmarks: serving needs PASSINFO_DATA, the folder of recorded data")
    with tempfile.TemporaryDirectory() as folder:
        networks = {city: network_from_gtfs(_feed(Path(data), city), Path(folder)) for city in CITIES}
    for kind, slip in SLIPS.items():
        found = plain = asked = 0
        by_city = []
        for city, network in networks.items():
            mine, exact = _found(network, slip)
            found, plain, asked = found + sum(mine), plain + sum(exact), asked + len(mine)
            by_city.append(f"{city} {np.mean(mine):.1%}")
        yield Figure(
            f"search, {kind}: the stop is in the first {FIRST}",
            f">= {ASKED:.0%}",
            found / asked * 100,
            "%",
            found / asked >= ASKED,
            asked,
            f"names of stops, {NAMES} of each city, seed {SEED}",
            plain / asked * 100,
            "names that hold what was typed",
            ", ".join(by_city),
        )


def _feed(data: Path, city: str) -> Path:
    path = data / city
    return path if path.exists() else next(iter(sorted(path.parent.glob(f"{path.stem}*.zip"))))


def _found(network: Network, slip: Callable[[str, np.random.Generator], str]) -> tuple[list[bool], list[bool]]:
    """Whether our search finds each slipped name, and whether looking for the words alone does."""
    chance, places = np.random.default_rng(SEED), Places(network)
    stops = network.stops
    names = sorted({str(name) for name in stops.name[stops.location_type == 0] if len(str(name)) >= SHORTEST})
    drawn = chance.choice(len(names), min(NAMES, len(names)), replace=False)
    folded = [fold(name) for name in names]
    mine, plain = [], []
    for place in drawn.tolist():
        typed = slip(names[place], chance)
        mine.append(names[place] in [str(stops.name[row]) for row in places.search(typed)[:FIRST]])
        holding = [name for name, text in zip(names, folded, strict=True) if fold(typed) in text][:FIRST]
        plain.append(names[place] in holding)
    return mine, plain


def _swapped(name: str, chance: np.random.Generator) -> str:
    places = [k for k in range(len(name) - 1) if name[k : k + 2].isalpha() and name[k] != name[k + 1]]
    place = int(chance.choice(places))
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _left_out(name: str, chance: np.random.Generator) -> str:
    place = int(chance.choice([k for k, letter in enumerate(name) if letter.isalpha()]))
    return name[:place] + name[place + 1 :]


def _wrong(name: str, chance: np.random.Generator) -> str:
    place = int(chance.choice([k for k, letter in enumerate(name) if letter.isalpha()]))
    others = [letter for letter in LETTERS if letter != name[place].lower()]
    return name[:place] + str(chance.choice(others)) + name[place + 1 :]


SLIPS: dict[str, Callable[[str, np.random.Generator], str]] = {
    "two letters swapped": _swapped,
    "a letter left out": _left_out,
    "a wrong letter": _wrong,
}
