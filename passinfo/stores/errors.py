"""What goes wrong with files the desks share."""

from __future__ import annotations

from passinfo.errors import OperatorError


class StoreUnreadable(OperatorError):
    """A file of the state directory is torn, of another version, or not ours; the message says which and what to do."""
