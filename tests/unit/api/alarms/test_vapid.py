"""The key of Web Push, as the command makes it."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from api.__main__ import main
from api.alarms.vapid import PRIVATE, known_vapid, push_key


def test_made_once_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert known_vapid(tmp_path) is None and push_key(tmp_path) == ""
    words = ["vapid", "--state", str(tmp_path)]
    assert main(words) == 2
    assert "--contact" in capsys.readouterr().err
    assert main([*words, "--contact", "mailto:ops@city.example"]) == 0
    key = capsys.readouterr().out.strip()
    assert len(base64.urlsafe_b64decode(key + "=")) == 65 and push_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / PRIVATE).stat().st_mode) == 0o600
    assert main(words) == 0 and capsys.readouterr().out.strip() == key
    assert main([*words, "--renew"]) == 0 and capsys.readouterr().out.strip() != key
    found = known_vapid(tmp_path)
    assert found is not None and found.contact == "mailto:ops@city.example"


@pytest.mark.parametrize("contact", ["ops@city.example", "mailto:ops", "http://city.example/"])
def test_a_contact_that_is_none(tmp_path: Path, contact: str) -> None:
    with pytest.raises(SystemExit):
        main(["vapid", "--state", str(tmp_path), "--contact", contact])
