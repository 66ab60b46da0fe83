"""How far the start of a run reaches."""

from __future__ import annotations

BEGUN_M = 60.0
"""A run has begun when the bus is this far beyond the first stop: before, it may be shunting."""
START_REACH_M = 120.0
"""Runs are entered at the first stop, within this of it …"""
BAY_REACH_M = 800.0
"""… or in a bay of the terminal, where buses stand between runs (Washington's lie 650 m down the line)."""
