"""Which trips the vehicles ran over the day: chains of candidates, one vehicle per trip.

Each vehicle's chain is the likeliest sequence of candidates (Viterbi): a vehicle stays with its block, and without
blocks leaves soon after it came, on a trip it can still make. Where two vehicles want one trip its price rises until
all but one prefer another: an auction that stays within the vehicles of a place and time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.tracking.hindsight.trips import Options
from passinfo.tracking.plan import Plan
from passinfo.tracking.trip_prices import OTHER_BLOCK

ROUNDS = 120
STEP = 0.25
"""What a trip that several vehicles want costs more each round."""
TIED = -30.0
"""What it costs to be in two trips at once, or to go back in time."""
OVERLAP_S = 900.0
"""A trip planned to begin a quarter of an hour before the one before ends is not its sequel."""
RELIEVED, RELIEVED_S = 0.6, 7_200.0
"""After hours unseen a vehicle serves another block more often than not (Kingston: 19 of 45, none of 80 at once)."""
PAUSE_SCALE_S = 1_800.0
"""Without blocks: planned pauses between trips of one vehicle are this long at most, as a rule."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What one vehicle ran: for each of its stretches the candidate chosen, and how likely that is."""

    option: Ints
    likely: Floats


def duties(plan: Plan, chains: Sequence[Sequence[Options]]) -> list[Duty]:
    """The duty of each vehicle; ``chains``: candidates of its stretches in order."""
    price = np.zeros(len(plan.trip_ix) + 1)
    links = [[_links(plan, before, after) for before, after in pairwise(chain)] for chain in chains]
    users: dict[int, set[int]] = {}
    for vehicle, chain in enumerate(chains):
        for each in chain:
            for row in each.plan_row[each.plan_row >= 0].tolist():
                users.setdefault(row, set()).add(vehicle)
    chosen = [_best(chain, link, price) for chain, link in zip(chains, links, strict=True)]
    for _ in range(ROUNDS):
        wanted: dict[int, int] = {}
        for chain, picks in zip(chains, chosen, strict=True):
            for row in {int(each.plan_row[pick]) for each, pick in zip(chain, picks, strict=True)}:
                if row >= 0:
                    wanted[row] = wanted.get(row, 0) + 1
        dear = [row for row, n in wanted.items() if n > 1]
        idle = [row for row in np.flatnonzero(price[:-1] > 0).tolist() if row not in wanted]
        if not dear:
            break
        price[dear] += STEP
        price[idle] = np.maximum(price[idle] - STEP, 0.0)
        for vehicle in sorted(set().union(*(users[row] for row in dear + idle))):
            chosen[vehicle] = _best(chains[vehicle], links[vehicle], price)
    chosen = _settled(plan, chains, links, chosen, price)
    return [
        Duty(picks, _likely(chain, link, price, picks))
        for chain, link, picks in zip(chains, links, chosen, strict=True)
    ]


def _links(plan: Plan, before: Options, after: Options) -> Floats:
    """Log-likelihood of each candidate of a stretch after each of the stretch before."""
    a, b = before.plan_row[:, None], after.plan_row[None, :]
    if len(plan.block_ix) == 0:  # no timetable
        return np.zeros((len(before.plan_row), len(after.plan_row)))
    block_a, block_b = plan.block_ix[a], plan.block_ix[b]
    known = (a >= 0) & (b >= 0)
    same_trip = known & (a == b)
    pause = plan.start_at[b] - plan.end_at[a]
    same_block = known & (block_a >= 0) & (block_a == block_b) & (plan.date[a] == plan.date[b])
    changes = np.log(OTHER_BLOCK + RELIEVED * -np.expm1(-max(after.from_at - before.to_at, 0.0) / RELIEVED_S))
    other_block = known & ((block_a >= 0) | (block_b >= 0)) & ~same_block
    waits = -np.minimum(np.maximum(pause, 0.0) / PAUSE_SCALE_S, 3.0)
    link = np.where(same_block, 0.0, np.where(other_block, changes, waits))
    link = np.where(known & (pause < -OVERLAP_S), TIED, link)
    link = np.where(same_trip, 0.0, link)
    return np.asarray(np.where(known, link, changes / 2))


def _unary(each: Options, price: Floats) -> Floats:
    return np.asarray(each.score - price[each.plan_row])


def _best(chain: Sequence[Options], links: Sequence[Floats], price: Floats) -> Ints:
    """The likeliest sequence of candidates."""
    if not chain:
        return np.empty(0, dtype=np.int32)
    total = _unary(chain[0], price)
    back = []
    for each, link in zip(chain[1:], links, strict=True):
        step = total[:, None] + link
        source = step.argmax(axis=0)
        back.append(source)
        total = step[source, np.arange(len(source))] + _unary(each, price)
    picks = [int(total.argmax())]
    for source in reversed(back):
        picks.append(int(source[picks[-1]]))
    return np.array(picks[::-1], dtype=np.int32)


def _settled(
    plan: Plan,
    chains: Sequence[Sequence[Options]],
    links: Sequence[Sequence[Floats]],
    chosen: list[Ints],
    price: Floats,
) -> list[Ints]:
    """What the auction left open: the vehicle to whom a trip is worth most keeps it, the others choose again."""
    holder: dict[int, int] = {}
    margin = [_likely(chain, link, price, picks) for chain, link, picks in zip(chains, links, chosen, strict=True)]
    worth: dict[int, float] = {}
    for vehicle, (chain, picks) in enumerate(zip(chains, chosen, strict=True)):
        for number, (each, pick) in enumerate(zip(chain, picks, strict=True)):
            row = int(each.plan_row[pick])
            if row >= 0 and float(margin[vehicle][number]) > worth.get(row, -1.0):
                holder[row], worth[row] = vehicle, float(margin[vehicle][number])
    settled = list(chosen)
    for vehicle, (chain, link, picks) in enumerate(zip(chains, links, chosen, strict=True)):
        rows = [int(each.plan_row[pick]) for each, pick in zip(chain, picks, strict=True)]
        if all(row < 0 or holder[row] == vehicle for row in rows):
            continue
        barred = np.zeros(len(price))
        others = [row for row, owner in holder.items() if owner != vehicle]
        barred[others] = -TIED
        settled[vehicle] = _best(chain, link, price + barred)
        for each, pick in zip(chain, settled[vehicle], strict=True):
            if each.plan_row[pick] >= 0:
                holder[int(each.plan_row[pick])] = vehicle
    return settled


def _likely(chain: Sequence[Options], links: Sequence[Floats], price: Floats, picks: Ints) -> Floats:
    """Probability of each candidate chosen, all sequences considered (forward and backward)."""
    if not chain:
        return np.empty(0)
    ahead = [_unary(chain[0], price)]
    for each, link in zip(chain[1:], links, strict=True):
        ahead.append(_logsum(ahead[-1][:, None] + link, 0) + _unary(each, price))
    behind = [np.zeros(len(chain[-1].score))]
    for each, link in zip(reversed(chain[1:]), reversed(links), strict=True):
        behind.append(_logsum(link + (_unary(each, price) + behind[-1])[None, :], 1))
    likely = np.empty(len(chain))
    for number, (forward, backward, pick) in enumerate(zip(ahead, reversed(behind), picks, strict=True)):
        both = forward + backward
        likely[number] = np.exp(both[pick] - _logsum(both[None, :], 1)[0])
    return likely


def _logsum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis))
