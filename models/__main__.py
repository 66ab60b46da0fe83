"""``python -m models``."""

import os
import sys

if __name__ == "__main__":
    # Read once, when scikit-learn is loaded. Threads that wait without sleeping take the processors from each other:
    # two trainings at once on two processors took six times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from models.cli import main

    sys.exit(main())
