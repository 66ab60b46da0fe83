"""``gunicorn wsgi:app``: the counter over the state directory ``PASSINFO_STATE``."""

import os
import sys
from pathlib import Path

from api.app import create_app

if not os.environ.get("PASSINFO_STATE"):
    sys.exit("wsgi: set PASSINFO_STATE to the state directory (the one python -m feeds live writes to)")

app = create_app(Path(os.environ["PASSINFO_STATE"]))
