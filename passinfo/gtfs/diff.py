"""What changed between two GTFS feeds, in words a planner reads.

Routes and stops are told by id, patterns as stop lists per route and direction, service as trips and headways per route
and ``service_id``, shapes by their points. Every other table is compared as a bag of rows, so no change goes untold. An
empty field and an absent column mean the same. Versions and the order of rows are no change. Of an id that stands more
than once the first row is compared, as readers take it, and the repetition is told where the feeds differ in it. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.geo import haversine_m

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
_KEYS = {"routes": "route_id", "stops": "stop_id", "calendar": "service_id", "agency": "agency_id"}
_SERVICE = ("trips", "stop_times", "frequencies")
_REPEATED = {**_KEYS, "trips": "trip_id"}
_POSITION = ("stop_lat", "stop_lon")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the table it is in, the id it is about, and what happened in words."""

    table: str
    subject: str
    text: str


def diff_feeds(old: Tables, new: Tables) -> tuple[Change, ...]:
    """All changes from ``old`` to ``new``; none if both say the same.

    Examples
    --------
    >>> diff_feeds({"stops": [{"stop_id": "A"}]}, {"stops": []})
    (Change(table='stops', subject='A', text='removed'),)
    """
    changes = [change for name in _REPEATED for change in _repeated(name, old.get(name, ()), new.get(name, ()))]
    changes += [change for name in _KEYS for change in _keyed(name, old.get(name, ()), new.get(name, ()))]
    changes += _shapes(old.get("shapes", ()), new.get("shapes", ()))
    changes += _counted("patterns", _patterns(old), _patterns(new))
    changes += _counted("trips", _trips(old), _trips(new))
    changes += _counted("headways", _headways(old), _headways(new))
    for name in sorted({*old, *new} - {*_KEYS, *_SERVICE, "shapes"}):
        changes += _counted(name, _bag(old.get(name, ())), _bag(new.get(name, ())))
    # Times, headsigns and whatever else the words above leave out must not pass as "the same".
    for name in _SERVICE:
        before, after = _bag(old.get(name, ())), _bag(new.get(name, ()))
        if before != after:
            gone, come = (before - after).total(), (after - before).total()
            changes.append(Change(name, "", f"{gone} rows only in the old feed, {come} only in the new"))
    return tuple(changes)


def _repeated(name: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    """Ids that stand more than once in one feed, and not as often or not with the same values in the other."""
    before, after = (_told_by_id(rows, _REPEATED[name]) for rows in (old, new))
    for key in sorted({*before, *after}):
        was, now = before.get(key, Counter()), after.get(key, Counter())
        if max(was.total(), now.total()) > 1 and was != now:
            text = f"this id stands {was.total()} times in the old feed, {now.total()} in the new"
            yield Change(name, key, text if was.total() != now.total() else f"{text}, with other values")


def _shapes(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    """Lines added, removed, or of other points."""
    before, after = _told_by_id(old, "shape_id"), _told_by_id(new, "shape_id")
    for shape_id in sorted({*before, *after}):
        was, now = before.get(shape_id, Counter()), after.get(shape_id, Counter())
        if not was or not now:
            yield Change("shapes", shape_id, "added" if now else "removed")
        elif was != now:
            same = (was & now).total()
            yield Change("shapes", shape_id, f"{was.total()} points → {now.total()}, {same} of them the same")


def _told_by_id(rows: Sequence[Row], key: str) -> dict[str, Counter[tuple[tuple[str, str], ...]]]:
    """What the rows of each id say."""
    found: dict[str, Counter[tuple[tuple[str, str], ...]]] = {}
    for row in rows:
        told = tuple(sorted((field, value) for field, value in row.items() if value and field != key))
        found.setdefault(row.get(key, ""), Counter())[told] += 1
    return found


def _keyed(name: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    before, after = ({row.get(_KEYS[name], ""): row for row in reversed(rows)} for rows in (old, new))
    for key in sorted({*before, *after}):
        if key not in after or key not in before:
            yield Change(name, key, "added" if key in after else "removed")
            continue
        was, now = before[key], after[key]
        fields = [f for f in sorted({*was, *now}) if was.get(f, "") != now.get(f, "")]
        if name == "stops" and any(f in fields for f in _POSITION) and (moved := _moved_m(was, now)) is not None:
            fields = [f for f in fields if f not in _POSITION]
            if moved >= 0.05:  # half of the 0.1 m shown: less is a digit written otherwise
                yield Change(name, key, f"moved by {moved:.1f} m")
        for field in fields:
            yield Change(name, key, f"{field}: {was.get(field, '')!r} → {now.get(field, '')!r}")


def _moved_m(was: Row, now: Row) -> float | None:
    try:
        lat1, lon1, lat2, lon2 = (np.array([float(row[f])]) for row in (was, now) for f in _POSITION)
    except (KeyError, ValueError):
        return None
    return float(haversine_m(lat1, lon1, lat2, lon2)[0])


def _counted(name: str, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> Iterator[Change]:
    """Changes of a bag of (subject, what)."""
    for key in sorted({*before, *after}):
        if before[key] != after[key]:
            subject, what = key
            yield Change(name, subject, f"{what}: {before[key]} → {after[key]}")


def _patterns(feed: Tables) -> Counter[tuple[str, str]]:
    calls: dict[str, list[tuple[int, str]]] = {}
    for row in feed.get("stop_times", ()):
        sequence = row.get("stop_sequence", "")
        order = int(sequence) if sequence.isdecimal() else 0
        calls.setdefault(row.get("trip_id", ""), []).append((order, row.get("stop_id", "")))
    found = {
        (
            _route(trip),
            f"direction {trip.get('direction_id') or '-'}, stops " + " ".join(stop for _, stop in sorted(at)),
        )
        for trip in feed.get("trips", ())
        if (at := calls.get(trip.get("trip_id", "")))
    }
    return Counter(found)


def _trips(feed: Tables) -> Counter[tuple[str, str]]:
    return Counter((_route(trip), f"trips on {trip.get('service_id', '')}") for trip in feed.get("trips", ()))


def _headways(feed: Tables) -> Counter[tuple[str, str]]:
    trips = {trip.get("trip_id", ""): trip for trip in feed.get("trips", ())}
    found: Counter[tuple[str, str]] = Counter()
    for row in feed.get("frequencies", ()):
        trip = trips.get(row.get("trip_id", ""), {})
        clock = f"{row.get('start_time', '')}-{row.get('end_time', '')}"
        what = f"direction {trip.get('direction_id') or '-'} on {trip.get('service_id', '')}, {clock} every"
        found[_route(trip), f"{what} {row.get('headway_secs', '')} s"] += 1
    return found


def _route(trip: Row) -> str:
    return trip.get("route_id", "")


def _bag(rows: Sequence[Row]) -> Counter[tuple[str, str]]:
    return Counter(
        ("", ", ".join(f"{k}={v}" for k, v in sorted(row.items()) if v and k != "feed_version")) for row in rows
    )
