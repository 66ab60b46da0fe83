"""Which snapshot a worker answers from, and that nobody waits longer than loading takes."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from api import board
from api.board import Board, NothingPublished
from passinfo.stores.snapshots import FileSnapshots
from tests.unit.api.conftest import publish


def touch(state: Path) -> None:
    """Change the folder as publishing does beside the snapshot itself: drafts come, old files go."""
    draft = state / "snapshots" / ".draft"
    draft.write_bytes(b"")
    draft.unlink()


def test_until_the_grace_is_over_the_one_before_answers(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "GRACE_S", 1.0)
    shown = Board(state)
    before = shown.view().snapshot.sequence
    publish(state, sequence_ticks=2)
    assert shown.view().snapshot.sequence == before
    time.sleep(1.1)
    assert shown.view().snapshot.sequence == before + 1


def test_whoever_asks_while_the_folder_changes_does_not_wait_out_its_patience(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PATIENCE_S", 30.0)
    monkeypatch.setattr(board, "GRACE_S", 0.0)
    shown, stop = Board(state), threading.Event()
    shown.view()

    def change() -> None:
        while not stop.is_set():
            touch(state)

    changing = threading.Thread(target=change)
    changing.start()
    began = time.monotonic()
    for _ in range(50):
        shown.view()
    stop.set()
    changing.join()
    assert time.monotonic() - began < 25.0


def test_no_answer_goes_back_when_the_newest_file_is_removed(state: Path) -> None:
    publish(state, sequence_ticks=3)
    shown = Board(state)
    newest = shown.view().snapshot.sequence
    (state / "snapshots" / f"{newest:012d}.snapshot").unlink()
    time.sleep(0.2)
    assert shown.view().snapshot.sequence == newest or FileSnapshots(state / "snapshots").newest_sequence() != newest


def test_nothing_published_is_told_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(NothingPublished, match="live loop"):
        Board(tmp_path).view()
    assert time.monotonic() - began < 1.9


def test_workers_load_one_after_the_other(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "TURN_S", 0.5)
    monkeypatch.setattr(board, "GRACE_S", 0.0)
    monkeypatch.setattr(board.os, "getpid", lambda: 4 * 1_000 + 1)
    shown = Board(state)
    before = shown.view().snapshot.sequence
    publish(state, sequence_ticks=2)
    published = (state / "snapshots").stat().st_mtime
    while shown._shown.newest.snapshot.sequence == before:
        time.sleep(0.005)
    assert time.time() - published >= 0.5
