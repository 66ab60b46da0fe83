"""The wheel: the library, whole, and nothing else; it works where nothing else of this repository is."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.unit.builders_feed import tiny_zip

ROOT = Path(__file__).parents[2]
USE = """
import sys
from pathlib import Path
import passinfo
assert str(Path(passinfo.__file__)).startswith(sys.prefix), passinfo.__file__
from passinfo.bms.presets import load_preset, preset_names
from passinfo.bms.read import reports_from_records
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds
from passinfo.settings import CitySettings
from passinfo.step import begin, step
from passinfo.stores.networks import network_from_gtfs
network = network_from_gtfs(Path("tiny.zip"), Path("cache"))
bus = {"vehicle_id": "b", "lat": 14.56}
rows = [{**bus, "observed_at": 1795392000 + 20 * i, "lon": 121.05 + 0.0006 * i} for i in range(20)]
reports = reports_from_records(rows, load_preset("passinfo"), "test").reports
world, tick = step(begin(network, CitySettings(), default_predictor(network)), reports, 1795392400.0)
print(len(encode_feeds(tick.snapshot, network).trip_updates), len(preset_names()))
try:
    import api
except ModuleNotFoundError:
    print("alone")
"""


def run(*words: str, cwd: Path) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what is tracked: a left-over build folder would put deleted modules back."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "copy"
    copy.mkdir()
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    with tarfile.open(folder / "tree.tar", "w") as archive:
        for name in filter(None, listed):
            if (ROOT / name).is_file():
                archive.add(ROOT / name, name)
    with tarfile.open(folder / "tree.tar") as archive:
        archive.extractall(copy, filter="data")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), ".", cwd=copy)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_the_library_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"passinfo"}
    assert "passinfo/py.typed" in names
    tracked = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "passinfo", cwd=ROOT).split()
    assert {name for name in names if name.startswith("passinfo/")} == {n for n in tracked if (ROOT / n).is_file()}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_works_from_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", str(tmp_path / "venv"), cwd=tmp_path)
    python = str(tmp_path / "venv" / "bin" / "python")
    constraints = str(ROOT / "constraints.txt")
    run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, str(wheel), cwd=tmp_path)
    tiny_zip(tmp_path / "tiny.zip")
    size, presets, alone = run(python, "-I", "-c", USE, cwd=tmp_path).split()
    assert int(size) > 100
    assert int(presets) >= 6
    assert alone == "alone"
