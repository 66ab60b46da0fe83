"""Patterns learned from traces: which way a route really runs, and where it stops."""
