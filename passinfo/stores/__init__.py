"""Stores the desks share, each format with its reader and its writer: snapshot, report log, state, networks."""
