"""Alarms on disk."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from api.alarms.records import Alarm, Way
from api.alarms.store import FILE, AlarmStore, TooManyAlarms

ALARM = Alarm(
    *("a1", "address here", "S4", None, None, None, None, 5, 2, "en", Way.WEBHOOK, "https://x.example/", "whsec_"),
    made_at=1_000.0,
    expires_at=2_000.0,
)


def test_kept_until_it_has_told_all(tmp_path: Path) -> None:
    """Mutation: count a run twice."""
    store = AlarmStore(tmp_path)
    store.add(ALARM, 5)
    assert store.find("a1", 1_500.0) == ALARM and store.all() == [ALARM]
    store.note_told("a1", "run 1")
    store.note_told("a1", "run 1")
    assert store.all() == [dataclasses.replace(ALARM, told=("run 1",))]
    store.note_told("a1", "run 2")
    assert store.all() == [] and not store.remove("a1")
    store.note_told("a1", "run 3")


def test_nothing_is_made_before_the_first_alarm(tmp_path: Path) -> None:
    assert AlarmStore(tmp_path).all() == [] and not (tmp_path / FILE).exists()


def test_over_is_not_found_and_not_counted(tmp_path: Path) -> None:
    store = AlarmStore(tmp_path)
    store.add(ALARM, 1)
    assert store.find("a1", 2_000.0) is None and store.find("a2", 0.0) is None
    store.add(dataclasses.replace(ALARM, alarm_id="a2", made_at=2_000.0, expires_at=3_000.0), 1)


def test_limit_of_a_client(tmp_path: Path) -> None:
    store = AlarmStore(tmp_path)
    store.add(ALARM, 1)
    with pytest.raises(TooManyAlarms):
        store.add(dataclasses.replace(ALARM, alarm_id="a2"), 1)
    store.add(dataclasses.replace(ALARM, alarm_id="a2", client="address there"), 1)
    assert store.remove("a1")
    store.add(dataclasses.replace(ALARM, alarm_id="a3"), 1)


def test_only_its_owner_reads_the_secrets(tmp_path: Path) -> None:
    AlarmStore(tmp_path).add(ALARM, 1)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
