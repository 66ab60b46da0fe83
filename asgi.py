"""``uvicorn asgi:app``: Server-Sent Events over the state directory ``PASSINFO_STATE``."""

import os
import sys
from pathlib import Path

from api.push.app import create_push

if not os.environ.get("PASSINFO_STATE"):
    sys.exit("asgi: set PASSINFO_STATE to the state directory (the one python -m feeds live writes to)")

app = create_push(Path(os.environ["PASSINFO_STATE"]))
