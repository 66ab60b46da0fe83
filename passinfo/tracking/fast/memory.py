"""The likeliest runs of each vehicle: see :func:`passinfo.tracking.memory.remember_fast`."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Codes


@compiled
def keep_likeliest(
    faint: float,
    rows: Index,
    renewed: Bools,
    report: Index,
    plan_row: Index,
    likely: Floats,
    alone: Floats,
    may_row: Codes,
    may_p: Floats,
    may_alone: Floats,
) -> None:
    """Fill in what is remembered of the vehicles at ``rows``, of the reports that are to be ``renewed``."""
    slots = may_row.shape[1]
    runs, shares, alones = np.empty(len(report), np.intp), np.empty(len(report)), np.empty(len(report))
    end = 0
    for number in range(len(rows)):
        begin = end
        while end < len(report) and report[end] == number:
            end += 1
        if not renewed[number]:
            continue
        found = 0
        for each in range(begin, end):
            run = plan_row[each]
            if run < 0 or max(likely[each], alone[each]) < faint:
                continue
            at = found  # in order of the plan; a loop passes a place twice on one run
            while at > 0 and runs[at - 1] > run:
                at -= 1
            if at > 0 and runs[at - 1] == run:
                shares[at - 1] += likely[each]
                alones[at - 1] += alone[each]
                continue
            for later in range(found, at, -1):
                runs[later], shares[later], alones[later] = runs[later - 1], shares[later - 1], alones[later - 1]
            runs[at], shares[at], alones[at] = run, likely[each], alone[each]
            found += 1
        row = rows[number]
        for slot in range(slots):
            best = -1
            for at in range(found):
                if runs[at] >= 0 and (best < 0 or alones[at] > alones[best]):
                    best = at
            if best < 0:
                may_row[row, slot], may_p[row, slot], may_alone[row, slot] = -1, 0.0, 0.0
                continue
            may_row[row, slot], may_p[row, slot], may_alone[row, slot] = runs[best], shares[best], alones[best]
            runs[best] = -1
