"""Tracking: match, assign, phase, visits."""
