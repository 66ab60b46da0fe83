"""How ``python -m models`` starts."""

import os
import subprocess
import sys

LOADED = """
import runpy, sys
sys.argv = ["models", "--help"]
try:
    runpy.run_module("models", run_name="__main__")
except SystemExit:
    import sklearn.ensemble
"""


def waits(policy: dict[str, str]) -> str:
    """What OpenMP says of how its threads wait."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={**env, "OMP_DISPLAY_ENV": "TRUE", **policy},
        check=True,
        capture_output=True,
        text=True,
    )
    return "".join(line for line in told.stderr.splitlines() if "OMP_WAIT_POLICY" in line)


def test_threads_sleep_while_they_wait_unless_told_otherwise() -> None:
    assert "PASSIVE" in waits({})
    assert "ACTIVE" in waits({"OMP_WAIT_POLICY": "ACTIVE"})
