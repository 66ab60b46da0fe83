"""``python -m benchmarks.tracking --only wmata,visits``: some of the figures, for turning a screw and looking again."""

from __future__ import annotations

import argparse
import sys

from benchmarks.tracking.measures import MEASURES, measure


def main() -> int:
    """Print the figures asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracking", description=__doc__)
    parser.add_argument("--only", default=",".join(MEASURES), help=f"any of {','.join(MEASURES)}")
    words = tuple(parser.parse_args().only.split(","))
    unknown = [word for word in words if word not in MEASURES]
    if unknown:
        sys.stderr.write(f"benchmarks.tracking: no figures {', '.join(unknown)}: there are {', '.join(MEASURES)}\n")
        return 2
    print(measure(words).to_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
