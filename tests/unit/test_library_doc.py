import importlib
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
NAMES = re.findall(r"^\| `(passinfo[\w.]+)` \|", TEXT, flags=re.M)


def test_the_walk_runs_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)
    (tmp_path / "feeds").symlink_to(ROOT / "feeds")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/library.md", "exec"), {})
    said = capsys.readouterr().out.split()
    assert len(said) == 4
    assert said[1] <= said[2] <= said[3]
    assert (tmp_path / "gtfs.zip").stat().st_size > 1_000
    assert (tmp_path / "trip-updates.pb").stat().st_size > 100


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_there_documented_and_typed(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    found = getattr(importlib.import_module(module), attribute)
    assert inspect.getdoc(found)
    if inspect.isfunction(found):
        signature = inspect.signature(found)
        assert signature.return_annotation is not inspect.Signature.empty
        assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
