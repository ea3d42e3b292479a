"""How a conversation is saved."""

import json
from typing import Any

import pytest

from bot.dialog.state import MIGRATIONS, VERSION, Answer, Mode, State, upgrade


def test_a_state_survives_being_saved() -> None:
    """A saved state reads back as the same state."""
    state = State(
        facts={"grade": 3, "school_type": "bao"},
        position="likes",
        step=7,
        mode=Mode.STOPPED,
        answers={"who": Answer((), words=True, voice=True), "glad": Answer(skipped=True)},
        drafts={"likes": ("music",)},
        to_review=True,
        stopped_from=Mode.OTHER,
    )
    assert State.from_json(state.to_json()) == state


def test_the_saved_version_is_the_number_of_migrations_plus_one() -> None:
    """Each migration lifts exactly one version, so no saved conversation is left without a way."""
    saved = json.loads(State(facts={}).to_json())
    assert saved["version"] == VERSION == len(MIGRATIONS) + 1 == State(facts={}).version


def test_migrations_run_in_order_from_the_saved_version() -> None:
    """A state of version 2 of 4 passes the second and the third migration, in that order."""

    def mark(name: str) -> Any:
        return lambda data: {**data, "passed": [*data.get("passed", []), name]}

    lifted = upgrade({"version": 2}, [mark("first"), mark("second"), mark("third")])
    assert lifted == {"version": 4, "passed": ["second", "third"]}


@pytest.mark.parametrize("version", [0, VERSION + 1, None, "1"])
def test_a_state_of_an_unknown_version_is_refused(version: object) -> None:
    """A state saved by a newer program is not guessed at."""
    with pytest.raises(ValueError, match="state_version"):
        State.from_json(json.dumps({"version": version}))


def test_newer_facts_take_the_place_of_older_ones() -> None:
    """A conversation that goes on next week knows the new date and its old facts."""
    state = State(facts={"grade": 3, "today": "2026-10-01"}).with_facts({"today": "2026-10-08"})
    assert state.facts == {"grade": 3, "today": "2026-10-08"}
