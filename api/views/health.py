"""Is it alive, is it ready: for supervisors and load balancers."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from api.board import NothingPublished
from api.freshness import LIVE_S
from api.state import counter, view

bp = APIBlueprint("health", __name__, url_prefix="/health", tag="Health")


@bp.get("/live")
@bp.doc(summary="Is the process alive", description="200 as long as it answers.")
def live() -> dict[str, Any]:
    """Alive."""
    return {"status": "live"}


@bp.get("/ready")
@bp.doc(
    summary="Is there a fresh snapshot",
    description="200 with the age of the newest snapshot, and by rule how often its feeds would have broken one before "
    "they were repaired; 503 if there is none or the live loop stands still.",
)
def ready() -> dict[str, Any]:
    """Ready, or the reason why not."""
    shown = view()
    age_s = counter().clock() - shown.snapshot.made_at
    if age_s > LIVE_S:
        raise NothingPublished(f"the newest snapshot is {age_s:.0f} s old: the live loop stands still")
    return {
        "status": "ready",
        "sequence": shown.snapshot.sequence,
        "age_s": round(age_s, 1),
        "repaired": dict(shown.snapshot.repaired),
    }
