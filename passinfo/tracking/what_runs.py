"""What vehicles may be running: where their reports put them, what people say, what others run, what is usual.

All that is known of one report of each is brought together here, and the likeliest is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from passinfo.bms.changes import ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats
from passinfo.settings import CitySettings
from passinfo.tracking.advance import advance
from passinfo.tracking.bays import in_bays
from passinfo.tracking.belief import of_vehicles, with_rows
from passinfo.tracking.branches import by_habit, signs_of
from passinfo.tracking.candidates import Candidates
from passinfo.tracking.choice import Choice, choose
from passinfo.tracking.habits import leaders
from passinfo.tracking.memory import claims, recall
from passinfo.tracking.near import places_near
from passinfo.tracking.ragged import Index
from passinfo.tracking.tick import Tick
from passinfo.tracking.told import WRONG_HINTS, Hinted, amid_run, insisted, read_hints
from passinfo.tracking.weigh import weigh


def what_they_run(
    settings: CitySettings,
    tick: Tick,
    reports: Reports,
    wave: Index,
    which: Index,
    rows: Index,
    x_m: Floats,
    y_m: Floats,
    at: Floats,
    moved_m: Floats,
    halts: Bools,
    orders: Mapping[str, ServiceChange],
    choice: Choice,
    hinted: Hinted,
) -> Candidates:
    """All that these vehicles may be running; their choice and hints are filled in."""
    index, plan, vehicles = tick.index, tick.plan, tick.vehicles
    wave, rows, x_m, y_m, at = wave[which], rows[which], x_m[which], y_m[which], at[which]
    moved_m, halts = moved_m[which], halts[which]
    under_way = vehicles.begun[rows] & ~vehicles.finished[rows]
    near = places_near(index.ground, x_m, y_m)
    belief, _ = advance(
        index,
        of_vehicles(tick.belief, rows),
        near,
        x_m=x_m,
        y_m=y_m,
        at=at,
        heading_rad=np.radians(reports.heading_deg[wave]),
        speed_mps=reports.speed_mps[wave],
        moved_m=moved_m,
        stands=halts,
        service=plan.service,
        slot=plan.slot(at),
        under_way=under_way,
        unweighed=vehicles.unweighed[rows],
    )
    tick.belief = with_rows(tick.belief, rows, belief)
    told, said = read_hints(index, plan, settings.hints, reports, wave, orders)
    tick.wrong_hints.update(WRONG_HINTS[each].value for each in said.wrong[said.wrong >= 0].tolist())
    told = insisted(index, amid_run(index, told, vehicles, rows, at), vehicles, rows, at)
    claimed = claims(vehicles, tick.over, len(plan.trip_ix), tick.register.now)
    candidates = weigh(index, plan, belief, at, halts, told, recall(vehicles, rows), claimed)
    led = leaders(index, vehicles, tick.register.row_of, rows)
    tags = reports.variant[wave] if settings.hints.variant else None
    way = reports.direction_id[wave] if settings.hints.direction else np.full(len(rows), -1)
    signs = signs_of(index, tick.habits, vehicles, rows, led, tags, way)
    likely = by_habit(index, tick.habits, belief, candidates, signs, at)
    keeps = under_way | in_bays(index, vehicles, rows)
    chosen = choose(index, belief, likely, at, vehicles.pattern_ix[rows], keeps)
    own = near.pattern_ix == chosen.pattern_ix[near.report]
    vehicles.folded[rows] = np.bincount(near.report[own], minlength=len(rows)) > 1
    for whole, part in ((choice, chosen), (hinted, said)):
        for each in fields(part):
            getattr(whole, each.name)[which] = getattr(part, each.name)
    return candidates
