"""The trip instance of a run: named, kept, revised, taken over or left open, with the reason.

Most vehicles keep the instance they have: those are handled as columns. Where an instance changes hands, the vehicles
are looked at one by one, for what one takes another may not have.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats, Texts
from passinfo.tracking.choice import SURE_TRIP, Choice
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.contested import held_firmly, wanted_in_vain
from passinfo.tracking.headway import InstanceKey, headway_instance, leader_start_at, leaves_at
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.lingering import resumes
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.register import BY_PEOPLE, Register
from passinfo.tracking.told import Hinted
from passinfo.tracking.vehicles import Vehicles, unname

SURE_COLD_TRIP = 0.8
"""… nor below this one, if neither its departure nor any run before is known."""
KEEP_TRIP = 0.4
"""A trip once named is kept down to this probability: below, it is left open again."""
REVISE_TRIP = 0.2
"""… and given up for another one, sure enough, below this."""
SURE_NEXT = 0.9
"""Which pattern a waiting bus will run is to be as sure as this, for nothing but the bay it stands in tells it."""
HINT_CONFIDENCE = 0.98
"""A trip named by the BMS and confirmed by the road."""
DISTRUST_S = 600.0
"""A trip named for ten minutes that lies elsewhere is a slip of the BMS: the road decides."""
OVERRULE, OVERRULE_S = 0.9, 60.0
"""… or for one, if another trip fits this surely although it is not the one named."""
DOUBT = 0.1
"""A named trip on this very road is another one of the timetable if it is no likelier, and another one is sure."""
TOO_EARLY_S = 1_800.0
"""Half an hour before its departure no bus is on its way."""
FIRM_S = 300.0
"""A vehicle silent for five minutes no longer holds its trip against another one's hint."""


def name_runs(
    index: TrackingIndex,
    plan: Plan,
    vehicles: Vehicles,
    register: Register,
    rows: Index,
    choice: Choice,
    hinted: Hinted,
    at: Floats,
    over: Index,
) -> None:
    """Name the runs of vehicles whose place is sure. ``rows`` and every column have one row per report.

    ``over``: rows of the plan whose runs have ended.
    """
    trips = index.network.trips
    known = hinted.trip_ix >= 0
    fits = known.copy()
    fits[known] = trips.pattern_ix[hinted.trip_ix[known]] == vehicles.pattern_ix[rows[known]]
    fits &= ~_untimely(plan, vehicles, rows, choice, hinted, at, fits & ~hinted.ordered)
    fits &= ~_done(plan, vehicles, register, rows, hinted, over, fits & ~hinted.ordered, trips.trip_id)
    elsewhere = known & ~fits
    since = vehicles.contradicted_since[rows]
    since = np.where(elsewhere, np.where(np.isnan(since), at, since), np.nan)
    vehicles.contradicted_since[rows] = since
    with np.errstate(invalid="ignore"):
        patience = np.where(choice.trip_likely >= OVERRULE, OVERRULE_S, DISTRUST_S)
        trusted = hinted.named & ~(at - since >= patience)
    open_ = ~vehicles.finished[rows]
    _by_hint(index, vehicles, register, rows, hinted, open_ & trusted & fits)
    wrong = open_ & trusted & elsewhere
    unname(vehicles, rows[wrong], MatchReason.HINT_CONTRADICTED)
    rest = open_ & ~(trusted & known)
    _by_evidence(index, plan, vehicles, register, rows, choice, hinted, at, np.flatnonzero(rest))


def _done(
    plan: Plan,
    vehicles: Vehicles,
    register: Register,
    rows: Index,
    hinted: Hinted,
    over: Index,
    which: Bools,
    trip_ids: Texts,
) -> Bools:
    """Which named trips the vehicle has ended already: nobody has logged in to the next one yet."""
    if not which.any():
        return which
    row = np.full(len(rows), -1, dtype=np.intp)
    row[which] = plan.rows_of(hinted.trip_ix[which], hinted.start_date[which], hinted.start_service_s[which])
    ended = (row >= 0) & np.isin(row, over)
    for each in np.flatnonzero(ended).tolist():
        key = (str(trip_ids[hinted.trip_ix[each]]), int(plan.date[row[each]]), int(plan.start_service_s[row[each]]))
        runs_it = register.key_of(int(rows[each])) == key and not vehicles.finished[rows[each]]
        ended[each] = not runs_it and register.issued.get(key) == vehicles.vehicle_id[rows[each]]
    return ended


def _untimely(
    plan: Plan,
    vehicles: Vehicles,
    rows: Index,
    choice: Choice,
    hinted: Hinted,
    at: Floats,
    which: Bools,
) -> Bools:
    """Which named trips run on this road, but at quite another time."""
    if not which.any():
        return which
    row = np.full(len(rows), -1, dtype=np.intp)
    row[which] = plan.rows_of(hinted.trip_ix[which], hinted.start_date[which], hinted.start_service_s[which])
    planned = row >= 0
    if not planned.any():
        return planned
    named_p = np.where(vehicles.may_row[rows] == row[:, None], vehicles.may_p[rows], 0.0).sum(axis=1)
    rival = (choice.plan_row != row) & (choice.trip_likely >= SURE_TRIP) & (named_p < DOUBT)
    early = vehicles.begun[rows] & (at < plan.start_at[row] - TOO_EARLY_S)
    return np.asarray(planned & (rival | early))


def _by_hint(
    index: TrackingIndex, vehicles: Vehicles, register: Register, rows: Index, hinted: Hinted, which: Bools
) -> None:
    """Runs whose report names the trip they are on."""
    if not which.any():
        return
    row = rows[which]
    same = (
        (vehicles.trip_ix[row] == hinted.trip_ix[which])
        & (vehicles.start_date[row] == hinted.start_date[which])
        & (vehicles.start_service_s[row] == hinted.start_service_s[which])
    )
    for each in np.flatnonzero(which)[~same | ~np.isin(vehicles.named_by[row], BY_PEOPLE)].tolist():
        mine, trip = int(rows[each]), int(hinted.trip_ix[each])
        key = (str(index.network.trips.trip_id[trip]), int(hinted.start_date[each]), int(hinted.start_service_s[each]))
        other = register.holder(key, mine)
        firm = other >= 0 and vehicles.named_by[other] in BY_PEOPLE
        if firm and register.now - vehicles.received_at[other] <= FIRM_S and not hinted.ordered[each]:
            unname(vehicles, mine, MatchReason.AMBIGUOUS_TRIP)
            continue
        reason = MatchReason.REASSIGNED if hinted.ordered[each] else MatchReason.HINT
        register.give(mine, trip, key, HINT_CONFIDENCE, reason)


def _by_evidence(
    index: TrackingIndex,
    plan: Plan,
    vehicles: Vehicles,
    register: Register,
    rows: Index,
    choice: Choice,
    hinted: Hinted,
    at: Floats,
    which: Index,
) -> None:
    """Runs that no usable hint names: by the timetable, else by headway."""
    row, best, likely = rows[which], choice.plan_row[which], choice.trip_likely[which]
    trip_ids = index.network.trips.trip_id
    has = vehicles.trip_ix[row] >= 0
    held = np.where(
        has, plan.rows_of(vehicles.trip_ix[row], vehicles.start_date[row], vehicles.start_service_s[row]), -1
    )
    held_p = np.where(vehicles.may_row[row] == held[:, None], vehicles.may_p[row], 0.0).sum(axis=1)
    held_p[held < 0] = 0.0
    planned = has & (held >= 0)
    vehicles.confidence[row[planned]] = np.minimum(held_p[planned], 1.0)
    by_band = has & (held < 0)
    vehicles.confidence[row[by_band]] = choice.likely[which][by_band]
    doubtful = planned & (held_p < np.where(held != best, KEEP_TRIP, REVISE_TRIP))
    revise = doubtful & (likely >= SURE_TRIP) & (held_p < REVISE_TRIP)
    unname(vehicles, row[doubtful & ~revise], MatchReason.AMBIGUOUS_TRIP)
    cold = np.isnan(vehicles.ended_at[row]) & np.isnan(choice.left_at[which])
    sure = (likely >= np.where(cold, SURE_COLD_TRIP, SURE_TRIP)) & (~has | revise)
    asks = np.flatnonzero(sure)
    vain = _in_vain(plan, vehicles, register, row[asks], best[asks], likely[asks], has[asks], trip_ids)
    unname(vehicles, row[asks[vain]], MatchReason.AMBIGUOUS_TRIP)
    for each in asks[~vain].tolist():
        _take_planned(plan, vehicles, register, int(row[each]), int(best[each]), float(likely[each]), trip_ids)
    bare = ~has & ~sure
    begun, pattern = vehicles.begun[row], vehicles.pattern_ix[row]
    by_headway = bare & (begun | (choice.likely[which] >= SURE_NEXT)) & (index.has_headway[pattern] > 0)
    for each in np.flatnonzero(by_headway).tolist():
        by_headway[each] = _take_headway(
            index, vehicles, register, int(row[each]), float(at[which[each]]), float(choice.likely[which[each]])
        )
    bare &= ~by_headway
    unknown = hinted.named[which] & (hinted.trip_ix[which] < 0)
    unname(vehicles, row[bare & unknown], MatchReason.HINT_UNKNOWN)
    unname(vehicles, row[bare & ~unknown & ~begun], MatchReason.STANDING)
    unname(vehicles, row[bare & ~unknown & begun & (best >= 0)], MatchReason.AMBIGUOUS_TRIP)
    unname(vehicles, row[bare & ~unknown & begun & (best < 0)], MatchReason.NO_TRIP_NOW)


def _in_vain(
    plan: Plan,
    vehicles: Vehicles,
    register: Register,
    rows: Index,
    plan_row: Index,
    likely: Floats,
    has: Bools,
    trip_ids: Texts,
) -> Bools:
    """Which vehicles, all without a trip, would ask in vain for the run they fit, whoever asks first."""
    if len(rows) == 0:
        return has
    runs, which = np.unique(plan_row, return_inverse=True)
    holder = np.array([register.holder(_key_of(plan, trip_ids, run)) for run in runs.tolist()], dtype=np.intp)[which]
    heard = register.now - vehicles.received_at[holder] <= FIRM_S
    firm = np.isin(vehicles.named_by[holder], BY_PEOPLE)
    refused = held_firmly(vehicles, holder, heard, firm, rows, likely)
    return wanted_in_vain(plan_row, refused & ~has & ~np.isin(holder, rows))


def _key_of(plan: Plan, trip_ids: Texts, run: int) -> InstanceKey:
    return str(trip_ids[plan.trip_ix[run]]), int(plan.date[run]), int(plan.start_service_s[run])


def _take_planned(
    plan: Plan, vehicles: Vehicles, register: Register, row: int, plan_row: int, likely: float, trip_ids: Texts
) -> None:
    """Take a timetable run, if no vehicle runs it more surely."""
    key = _key_of(plan, trip_ids, plan_row)
    other = register.holder(key, row)
    heard = other >= 0 and register.now - vehicles.received_at[other] <= FIRM_S
    first = int(vehicles.begun[other]) - int(vehicles.begun[row])  # who is on the way goes before who waits
    surer = vehicles.confidence[other] >= likely if first == 0 else first > 0
    if heard and (vehicles.named_by[other] in BY_PEOPLE or surer):
        unname(vehicles, row, MatchReason.AMBIGUOUS_TRIP)
        return
    block = int(plan.block_ix[plan_row])
    blocks = zip(vehicles.block_code[row].tolist(), vehicles.block_p[row].tolist(), strict=True)
    served = block >= 0 and any(code // 10_000 == block and p >= 0.5 for code, p in blocks)
    register.give(row, int(plan.trip_ix[plan_row]), key, likely, MatchReason.BLOCK if served else MatchReason.TIMETABLE)


def _take_headway(
    index: TrackingIndex, vehicles: Vehicles, register: Register, row: int, at: float, likely: float
) -> bool:
    """Make an instance of headway service; False outside all bands. A bus that waits is to leave a headway behind."""
    pattern, vehicle_id = int(vehicles.pattern_ix[row]), str(vehicles.vehicle_id[row])
    if resumes(vehicles, row, at):
        trip_ix = int(vehicles.told_trip_ix[row])
        key = str(vehicles.told_trip_id[row]), int(vehicles.told_date[row]), int(vehicles.told_service_s[row])
        if index.network.trips.is_headway[trip_ix] and register.issued.get(key, vehicle_id) == vehicle_id:
            register.give(row, trip_ix, key, likely, MatchReason.HEADWAY)
            return True
    begun = bool(vehicles.begun[row])
    dist_m = float(vehicles.dist_m[row] if begun else index.first_m[pattern])
    found = headway_instance(index, pattern, dist_m, at, register.issued, vehicle_id)
    if found is not None and not begun:
        due_at = leaves_at(index, found, at, leader_start_at(index, vehicles, row))
        found = headway_instance(index, pattern, dist_m, due_at, register.issued, vehicle_id) or found
    if found is None:
        return False
    key = (str(index.network.trips.trip_id[found.trip_ix]), found.start_date, found.start_service_s)
    register.give(row, found.trip_ix, key, likely, MatchReason.HEADWAY)
    return True
