"""How gunicorn serves the counter, unless told otherwise on the command line."""

limit_request_line = 8_190
"""A hundred stops fit into one request; the longest gunicorn takes."""
worker_class = "gthread"
keepalive = 30
"""Displays poll each ten seconds or so: a connection outlives the pause."""
