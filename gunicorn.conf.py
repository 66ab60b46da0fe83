"""How gunicorn serves the counter, unless told otherwise on the command line."""

limit_request_line = 8_190
"""A hundred stops fit into one request; the longest gunicorn takes."""
worker_class = "api.worker.CounterWorker"
"""gthread, which answers what is no HTTP as problem+json."""
control_socket_disable = True
"""Nobody asks for it, and the servers of one user would take it from each other."""
keepalive = 30
"""Displays poll each ten seconds or so: a connection outlives the pause."""
