"""The feed desk's front: one command is run, and a wrong word is answered.

What an operator can mend ends as one line on standard error and exit code 2; an interrupt ends with 130; only a defect
of the program shows a traceback.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence

from feeds.commands import build_parser
from passinfo.errors import OperatorError

WRONG_INPUT = 2
"""Exit code of argparse for a wrong word; ours for every wrong input."""
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = build_parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except OperatorError as error:
        return _refuse(arguments.command, str(error))
    except BrokenPipeError:
        # Whoever read our output has left (``| head``): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno is None:  # of a library, not of the operating system: a defect of ours
            raise
        return _refuse(arguments.command, _told(error))
    except KeyboardInterrupt:
        return INTERRUPTED


def _refuse(command: str, message: str) -> int:
    one_line = " ".join(message.split())
    sys.stderr.write(f"feeds {command}: {one_line}\n")
    return WRONG_INPUT


def _told(error: OSError) -> str:
    """What the operating system refused, in words; drafts are called by the name of the file they were to become."""
    place = _DRAFT.sub(r"\1", str(error.filename)) if error.filename is not None else ""
    if isinstance(error, FileNotFoundError):
        return f"no such file or folder: {place or error}"
    if isinstance(error, IsADirectoryError):
        return f"a file is needed, this is a folder: {place}"
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return f"a folder is needed, this is a file: {place}"
    if isinstance(error, PermissionError):
        return f"not allowed to open {place}: look at its permissions"
    return f"{error.strerror}: {place}" if place else str(error.strerror)


_DRAFT = re.compile(r"\.([^/]+?)(?:\.\d+)?\.part$")
"""Name of a draft, see ``passinfo.stores.atomic``."""
