"""The benchmark as a command."""

import json

import pytest

from benchmarks.__main__ import main


def test_it_says_what_it_can_be_asked(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["tracking", "--help"])
    assert stopped.value.code == 0 and "--only" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--faster"], ["--only", "moon"]])
def test_what_it_does_not_know_is_refused(capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["tracking", *arguments])
    assert stopped.value.code == 2 and arguments[-1] in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.realdata
def test_kingston_is_measured(tmp_path, capsys):
    assert main(["tracking", "--only", "kingston", "--failures", "--json", str(tmp_path / "r.json")]) == 0
    told = capsys.readouterr().out
    assert "right route" in told and "| true" in told
    assert json.loads((tmp_path / "r.json").read_text())["figures"][0]["rows"] > 3000
