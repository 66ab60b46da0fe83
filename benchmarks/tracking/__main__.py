"""``python -m benchmarks.tracking``: the same as ``python -m benchmarks tracking``."""

from __future__ import annotations

import sys

from benchmarks.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["tracking", *sys.argv[1:]]))
