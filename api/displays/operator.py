"""``/bms/v1/displays``: the operator's list of displays, for a watchman's script."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from api.answers import plain_answer
from api.displays.views import seen
from api.state import counter, require_key
from passinfo.times import to_iso

bp = APIBlueprint("display-list", __name__, url_prefix="/bms/v1", tag="BMS")


@bp.get("/displays")
@bp.doc(
    summary="Displays that live",
    description="Those that name themselves (`id=`), the longest silent first; silent = not heard for three minutes. "
    "Needs a key with the scope `ops:write`.",
    security="key",
)
def displays() -> Response:
    """The list."""
    require_key("ops:write")
    now = counter().clock()
    rows = [
        {
            "display_id": row.display_id,
            "shows": row.shows,
            "form": row.form,
            "first_seen_at": to_iso(row.first_seen_at),
            "last_seen_at": to_iso(row.last_seen_at),
            "polls": row.polls,
            "agent": row.agent,
            "silent": row.silent(now),
        }
        for row in seen().all()
    ]
    return plain_answer({"displays": rows}, now, 1)
