"""The blueprint of ``/v1``, and what all its answers say of themselves."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from api.board import View
from api.state import counter
from api.told import MAX_ROWS, meta_of

__all__ = ["MAX_ROWS", "bp", "meta"]

bp = APIBlueprint("v1", __name__, url_prefix="/v1", tag="Passenger information")


def meta(shown: View) -> dict[str, Any]:
    """What every answer says of itself: whose, how old, resting on what."""
    return meta_of(shown, counter().clock())
