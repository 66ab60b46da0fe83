"""What an operator can mend: a missing file, an unreadable setting, an artefact of another version.

Bad data is no error (see :mod:`passinfo.rejections`). This is for broken promises of whoever runs the program; the
commands print it as one line and stop.
"""

from __future__ import annotations


class OperatorError(Exception):
    """The message says in one line what is wrong and what to do."""
