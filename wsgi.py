"""``gunicorn wsgi:app``: the counter over the state directory ``PASSINFO_STATE``."""

import gc
import os
import sys
from pathlib import Path

gc.disable()  # while modules load, nothing is garbage, and looking for it takes a tenth of the time

from api.app import create_app  # noqa: E402

if not os.environ.get("PASSINFO_STATE"):
    sys.exit("wsgi: set PASSINFO_STATE to the state directory (the one python -m feeds live writes to)")

app = create_app(Path(os.environ["PASSINFO_STATE"]))
gc.freeze()  # what is loaded stays: no request waits while it is looked through again
gc.enable()
# what a snapshot's answers are made of goes when the next one comes, by itself: of the answers asked for there is no
# garbage to be looked for, and looking through everything takes 40 ms in which nobody is answered
gc.set_threshold(10_000, 5, 1_000)
