"""One file for each revision that schools may have: all rows of an invented school, written by the code of then.

`python -m tests.storage.revisions` writes the file of the newest revision. Do it before the next migration is made.
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def known() -> list[str]:
    """The revisions that have a file."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))
