"""``python -m benchmarks``: list the benchmarks, or run one."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import benchmarks
from benchmarks.result import Result

WRONG_INPUT = 2


def found() -> dict[str, ModuleType]:
    """Every module of this package that declares NAME, SUMMARY and run."""
    names = sorted(info.name for info in pkgutil.iter_modules(benchmarks.__path__) if info.name != "__main__")
    modules = [importlib.import_module(f"benchmarks.{name}") for name in names]
    return {str(module.NAME): module for module in modules if hasattr(module, "NAME")}


def main(argv: Sequence[str] | None = None) -> int:
    """List, or run one; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure one part of passinfo. Without a name: the list. Results: docs/benchmarks.md",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="which benchmark")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    arguments = parser.parse_args(argv)
    modules = found()
    if arguments.name is None:
        for name, module in modules.items():
            print(f"{name:12} {module.SUMMARY}")
        return 0
    if arguments.name not in modules:
        sys.stderr.write(f"benchmarks: no benchmark {arguments.name!r}: there are {', '.join(modules)}\n")
        return WRONG_INPUT
    result: Result = modules[arguments.name].run()
    print(f"{arguments.name}: {modules[arguments.name].SUMMARY}")
    print(result.to_text())
    if arguments.json is not None:
        record = {"name": arguments.name, "machine": machine(), **result.to_json()}
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def machine() -> dict[str, object]:
    """What it was measured on."""
    return {"python": platform.python_version(), "system": platform.machine(), "processors": os.cpu_count()}


if __name__ == "__main__":
    sys.exit(main())
