"""What must hold for every file: no unfinished work, no place of a machine, README and tests in step."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW_ID = re.compile(r"\b00[0-4]-[a-z0-9]+(?:-[a-z0-9]+)*\b")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|PLACEHOLDER)\b")
OF_A_MACHINE = re.compile(r"/(?:home|root|work|opt)/\w")
HERE = Path(__file__).name


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def _texts() -> dict[Path, str]:
    found = {}
    for path in _files():
        try:
            found[path.relative_to(ROOT)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_nothing_is_left_unfinished() -> None:
    """No file holds a mark of unfinished work."""
    marked = [str(path) for path, text in _texts().items() if path.name != HERE and UNFINISHED.search(text)]
    assert not marked


def test_no_file_names_a_place_on_a_machine() -> None:
    """No file holds the path of anybody's computer."""
    marked = [
        f"{path}: {found.group()}"
        for path, text in _texts().items()
        if path.name != HERE and (found := OF_A_MACHINE.search(text))
    ]
    assert not marked


def test_the_readme_lists_the_requirements_that_tests_prove() -> None:
    """Every row id that a test cites stands in the README, and every id in the README is cited by a test."""
    cited = {
        row_id
        for path, text in _texts().items()
        if path.parts[0] == "tests" and path.name.startswith("test_")
        for row_id in ROW_ID.findall(text)
    }
    listed = set(ROW_ID.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert cited == listed
