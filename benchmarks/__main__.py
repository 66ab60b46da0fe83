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
from benchmarks.result import Told
from passinfo.errors import OperatorError

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
    parser.add_argument("name", nargs="?", metavar="NAME", help="which benchmark (NAME --help: what it can be asked)")
    modules = found()
    given = list(sys.argv[1:] if argv is None else argv)
    if given and given[0] in modules:
        return measure(given[0], modules[given[0]], given[1:])
    arguments = parser.parse_args(given)
    if arguments.name is None:
        for name, module in modules.items():
            print(f"{name:12} {module.SUMMARY}")
        return 0
    sys.stderr.write(f"benchmarks: no benchmark {arguments.name!r}: there are {', '.join(modules)}\n")
    return WRONG_INPUT


def measure(name: str, module: ModuleType, argv: Sequence[str]) -> int:
    """Run one benchmark; the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}", description=module.SUMMARY)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    arguments = parser.parse_args(argv)
    print(f"{name}: {module.SUMMARY}")
    try:
        result: Told = module.run(arguments) if hasattr(module, "add_arguments") else module.run()
    except OperatorError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return WRONG_INPUT
    print(result.to_text())
    if arguments.json is not None:
        record = {"name": name, "machine": machine(), **result.to_json()}
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def machine() -> dict[str, object]:
    """What it was measured on."""
    return {"python": platform.python_version(), "system": platform.machine(), "processors": os.cpu_count()}


if __name__ == "__main__":
    sys.exit(main())
