"""The offline translator with its real engine and toy models, in the environment that has both installed."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.libretranslate.server import python_of

pytestmark = pytest.mark.libretranslate

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def answers(libretranslate_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What it answered to everything, asked once."""
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [python_of(libretranslate_dir), HERE / "argos_answers.py", libretranslate_dir / "packages"],
        env={"PATH": os.defpath, "HOME": str(home), "PYTHONPATH": str(HERE.parents[1]), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["logged"] += done.stderr
    return found


def test_pairs_are_those_of_the_models(answers: dict[str, Any]) -> None:
    """Also by way of English, and none that no model makes."""
    assert answers["pairs"] == [["en", "nl"], ["en", "pl"], ["nl", "en"], ["nl", "pl"]]


def test_it_translates_in_this_process(answers: dict[str, Any]) -> None:
    """Sentences, lines and spaces stay where they were, and a long text comes whole."""
    assert answers["over English"] == ["Dzień dobry. Moje dziecko jest chore dzisiaj!", "12:30"]
    assert answers["lines"] == ["\n  Dzień dobry\n\n\tDziękuję  \n"]
    assert answers["long"]


def test_a_model_from_a_file_is_used_at_once(answers: dict[str, Any]) -> None:
    """The operator brought it, and may bring it again; the provider that runs needs no new start."""
    assert answers["installed"] == [["pl_en"], ["pl_en"]]
    assert answers["and back"] == ["Goedemorgen."]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("no pair", "translator_unsupported_pair"),
        ("no time", "translator_unavailable"),
        ("broken model", "translator_bad_answer"),
        ("broken package", "translator_unsupported_pair"),
    ],
)
def test_each_failure_is_told_without_words(answers: dict[str, Any], what: str, code: str) -> None:
    """The engine's own errors end inside."""
    assert answers[what] == code


def test_models_that_cannot_be_had_are_told_in_a_sentence(answers: dict[str, Any]) -> None:
    """What is wrong with a file, and what to do where there is no network."""
    assert answers["broken file"] == "broken.argosmodel is not a model."
    assert answers["other file"] == "other.argosmodel is not a model."
    assert answers["no file"] == "none.argosmodel is not a model."
    assert answers["one way only"] == "Nobody offers a model for en to uk; nothing was fetched."
    for what in ("no network", "model not there"):
        assert "cannot be fetched from here" in answers[what]
        assert "translators install FILE.argosmodel" in answers[what]


def test_nothing_is_logged_and_no_home_is_used(answers: dict[str, Any]) -> None:
    """The library would log every text; its folders stand beside the models."""
    for word in ("verlegen", "kind", "Goedemorgen", "Dziękuję", "dziecko"):
        assert word.lower() not in answers["logged"].lower()
    assert answers["in the home"] == []
