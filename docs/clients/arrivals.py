"""What comes next at a stop, polled as the API asks for: standard library only.

python arrivals.py http://localhost:8000 STOP_ID [TIMES]
"""

import gzip
import json
import re
import sys
import time
import urllib.error
import urllib.request
from email.message import Message
from urllib.parse import quote


class Stop:
    """Remembers what it was told, so that an unchanged answer costs a few bytes."""

    def __init__(self, base: str, stop_id: str) -> None:
        self.url = f"{base.rstrip('/')}/v1/stops/{quote(stop_id, safe='')}/arrivals"
        self.tag, self.told, self.fresh_s = "", {}, 1

    def ask(self) -> bool:
        """Ask once; whether there is something new."""
        request = urllib.request.Request(self.url, headers={"Accept-Encoding": "gzip"})
        if self.tag:
            request.add_header("If-None-Match", self.tag)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                body = answer.read()
                if answer.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                self.tag, self.told = answer.headers["ETag"], json.loads(body)
                self.fresh_s = _max_age(answer.headers)
                return True
        except urllib.error.HTTPError as error:
            if error.code == 304:
                self.fresh_s = _max_age(error.headers)
                return False
            if error.code in (429, 503):  # too many requests, or nothing published yet: both say when to come back
                self.fresh_s = int(error.headers.get("Retry-After", "5"))
                return False
            problem = json.loads(error.read())
            raise SystemExit(f"{problem['status']} {problem['code']}: {problem['detail']}") from None


def _max_age(headers: Message) -> int:
    found = re.search(r"max-age=(\d+)", headers.get("Cache-Control", ""))
    return max(int(found[1]), 1) if found else 5


def main(base: str, stop_id: str, times: str = "1") -> None:
    """Ask, print what is new, wait until the next tick is due."""
    stop = Stop(base, stop_id)
    for turn in range(int(times)):
        if turn:
            time.sleep(stop.fresh_s)
        if stop.ask():
            meta = stop.told["meta"]
            print(f"{stop.told['stop']['name']} ({meta['source']}, {meta['attribution']})")
            for arrival in stop.told["arrivals"]:
                print(f"  {arrival['minutes']} min  {arrival['sentence']['en']}")
        else:
            print("  unchanged")


if __name__ == "__main__":
    main(*sys.argv[1:])
