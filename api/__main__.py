"""``python -m api``: the counter's keys, Web Push, which displays live, and what passengers report."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from api.alarms.vapid import PRIVATE, known_vapid, make_vapid
from api.displays.seen import SeenDisplays
from passinfo.bms.problems import Problem
from passinfo.stores.state import StateStore
from passinfo.times import to_iso

SCOPES = ("bms:write", "ops:write", "alarms:write")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = build_parser().parse_args(argv)
    state = arguments.state or os.environ.get("PASSINFO_STATE")
    if not state:
        sys.stderr.write("api: name the state directory: --state DIR, or set PASSINFO_STATE\n")
        return 2
    arguments.state = Path(state)
    store = StateStore(arguments.state / "state.sqlite")
    try:
        code: int = arguments.run(store, arguments)
        return code
    finally:
        store.close()


def build_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="python -m api",
        description="The counter's keys, Web Push, displays and problem reports. To serve: gunicorn wsgi:app",
    )
    groups = parser.add_subparsers(required=True, metavar="COMMAND")
    keys = groups.add_parser("keys", help="make, list and revoke keys").add_subparsers(required=True, metavar="ACTION")
    add = keys.add_parser("add", help="make a key; its token is printed once and kept nowhere")
    add.add_argument("name", type=_name, help="whose key it is, e.g. garage-1")
    add.add_argument("--scope", action="append", choices=SCOPES, help="what it may do (default: bms:write)")
    add.set_defaults(run=_add)
    shown = keys.add_parser("list", help="list keys, revoked ones too")
    shown.set_defaults(run=_list)
    revoke = keys.add_parser("revoke", help="revoke a key at once")
    revoke.add_argument("key_id", help="the key's id, as list shows it")
    revoke.set_defaults(run=_revoke)
    vapid = groups.add_parser(
        "vapid", help="set up Web Push: make the key that tells the browsers' push services who we are"
    )
    vapid.add_argument(
        "--contact",
        type=_contact,
        metavar="URI",
        help="whom they may write to: mailto:ops@city.example or https://city.example/contact",
    )
    vapid.add_argument("--renew", action="store_true", help="make a new key; alarms of the old one do not arrive")
    vapid.set_defaults(run=_vapid)
    displays = groups.add_parser("displays", help="list the displays that name themselves (id=…): which are silent?")
    displays.set_defaults(run=_displays)
    problems = groups.add_parser(
        "problems", help="list what passengers report (OneBusAway's report-problem-with-stop and -trip)"
    )
    problems.add_argument("--days", type=_days, metavar="N", help="only those of the last N days (default: all kept)")
    problems.add_argument("--json", action="store_true", help="one JSON object a line, with all that was said")
    problems.set_defaults(run=_problems)
    for action in (add, shown, revoke, vapid, displays, problems):
        action.add_argument("--state", metavar="DIR", help="state directory (default: PASSINFO_STATE)")
    return parser


def _name(word: str) -> str:
    if not word.strip() or not word.isprintable():
        raise argparse.ArgumentTypeError("tell whose key it is, in printable words")
    return word.strip()


def _contact(word: str) -> str:
    if not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+\.[^@\s.]+|https://[^/\s]+\.[^\s]+", word):
        raise argparse.ArgumentTypeError("mailto:NAME@HOST or https://HOST/…: push services ask for one")
    return word


def _days(word: str) -> float:
    try:
        days = float(word)
    except ValueError:
        days = 0.0
    if not 0 < days <= 36_500:
        raise argparse.ArgumentTypeError("how many days, more than 0")
    return days


def _add(store: StateStore, arguments: argparse.Namespace) -> int:
    token = secrets.token_urlsafe(32)
    key = store.add_key(arguments.name, frozenset(arguments.scope or ["bms:write"]), token, time.time())
    sys.stderr.write(f"key {key.key_id} for {key.name}: {' '.join(sorted(key.scopes))}. Its token, shown only now:\n")
    print(token)
    return 0


def _list(store: StateStore, arguments: argparse.Namespace) -> int:
    for key in store.all_keys():
        revoked = f"revoked {to_iso(key.revoked_at)}" if key.revoked_at else "valid"
        print(f"{key.key_id}  {to_iso(key.created_at)}  {revoked:28}  {','.join(sorted(key.scopes)):20}  {key.name}")
    return 0


def _revoke(store: StateStore, arguments: argparse.Namespace) -> int:
    if store.revoke_key(arguments.key_id, time.time()):
        return 0
    sys.stderr.write(f"api keys: no valid key {arguments.key_id} (python -m api keys list)\n")
    return 2


def _vapid(_: StateStore, arguments: argparse.Namespace) -> int:
    known = known_vapid(arguments.state)
    if known is None or arguments.renew:
        contact = arguments.contact or ("" if known is None else known.contact)
        if not contact:
            sys.stderr.write("api vapid: say whom push services may write to: --contact mailto:ops@city.example\n")
            return 2
        known = make_vapid(arguments.state, contact)
        sys.stderr.write(f"Web Push is set up. Its private key: {arguments.state / PRIVATE} (mode 600)\n")
    print(known.public_key)
    return 0


def _displays(store: StateStore, arguments: argparse.Namespace) -> int:
    """The list; code 1 if one is silent, so that a cron job can tell."""
    now = time.time()
    rows = SeenDisplays(arguments.state / "displays.sqlite").all()
    for row in rows:
        ago = f"{max(now - row.last_seen_at, 0.0):.0f} s ago"
        print(
            f"{row.display_id:24}  {'SILENT' if row.silent(now) else 'lives':6}  {ago:>12}  {row.form:4}  "
            f"{row.shows:24}  {row.polls} polls since {to_iso(row.first_seen_at)}  {row.agent}"
        )
    if not rows:
        sys.stderr.write("no display has named itself yet: give each a name, /display/{stop}?id=lobby-1\n")
    return 1 if any(row.silent(now) for row in rows) else 0


def _problems(store: StateStore, arguments: argparse.Namespace) -> int:
    since = 0.0 if arguments.days is None else time.time() - arguments.days * 86_400
    for number, problem in store.problems(since):
        if arguments.json:
            print(json.dumps({"problem_id": number} | dataclasses.asdict(problem)))
            continue
        about = " ".join(each for each in (problem.trip_id and f"trip {problem.trip_id}", _stop(problem)) if each)
        comment = "".join(letter if letter.isprintable() else " " for letter in problem.comment or "")
        print(f"{number:6}  {to_iso(problem.made_at)}  {problem.code:26}  {about:30}  {comment}")
    return 0


def _stop(problem: Problem) -> str:
    return f"stop {problem.stop_id}" if problem.stop_id else ""


if __name__ == "__main__":
    sys.exit(main())
