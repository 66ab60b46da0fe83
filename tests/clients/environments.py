"""Environments of the clients, one each, since their pins conflict: ``python -m tests.clients.environments``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FOLDER = ROOT / "out" / "clients"
NODE = HERE / "node"
PYTHONS = ("onebusaway", "gtfs-rt-kit")


def python_of(name: str) -> Path:
    """The interpreter of a Python client's environment."""
    return FOLDER / name / "bin" / "python"


def make() -> None:
    """Make what is missing or no longer what is asked for."""
    for name in PYTHONS:
        wanted, stamp = (HERE / "requirements" / f"{name}.txt").read_text(), FOLDER / name / "installed"
        if stamp.is_file() and stamp.read_text() == wanted:
            continue
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        venv.create(FOLDER / name, with_pip=True)
        pip = [str(python_of(name)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(HERE / "requirements" / f"{name}.txt")], check=True)
        stamp.write_text(wanted)
    wanted, stamp = (NODE / "package-lock.json").read_text(), NODE / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_text() != wanted:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=NODE, check=True)
        stamp.write_text(wanted)


if __name__ == "__main__":
    make()
    sys.stdout.write(f"clients are ready in {FOLDER} and {NODE}\n")
