"""What the repository must not hold."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_BYTES = 5_000_000
# written apart so that this file does not hold them
MACHINE = re.compile(rb"(?<![\w.])/(?:home|root|Users|work" + rb"|tmp/wt)/[A-Za-z]")
REGISTRY = re.compile(rb"pypi" + rb"\.org|files\.python" + rb"hosted|registry\.npm" + rb"js|artifact" + rb"ory", re.I)


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    return [ROOT / name.decode() for name in names if name and (ROOT / name.decode()).is_file()]


def test_no_file_is_large() -> None:
    assert [path for path in tracked() if path.stat().st_size > MOST_BYTES] == []


def test_no_paths_of_a_machine_and_no_package_registries() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), match.group())
        for path in tracked()
        for pattern in (MACHINE, REGISTRY)
        for match in pattern.finditer(path.read_bytes())
    }
    assert found == set()


def test_importing_the_library_loads_nothing_heavy() -> None:
    heavy = "'pandas', 'gtfs_kit', 'sklearn'"
    code = f"import sys, passinfo, passinfo.snapshot; print([m for m in ({heavy}) if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "[]\n"
