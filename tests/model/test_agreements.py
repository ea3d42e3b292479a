"""The one text of an agreement, as a hash that a confirmation is tied to."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.model.agreements import Agreement, AgreementVersion, Owner
from bot.model.translation import Saying


def version(**changed: object) -> AgreementVersion:
    """A version of an agreement with something changed."""
    given: dict[str, object] = {
        "number": 1,
        "saying": Saying(original="Samen lezen.", language="nl"),
        "owner": Owner.PARENTS.value,
        "due_on": date(2026, 10, 1),
        "look_back_on": date(2026, 11, 1),
    }
    return AgreementVersion(**(given | changed))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("saying", lambda: Saying(original="Samen lezen", language="nl")),
        ("owner", lambda: Owner.SCHOOL.value),
        ("due_on", lambda: date(2026, 10, 2)),
        ("look_back_on", lambda: date(2026, 11, 2)),
    ],
)
def test_any_change_is_another_text(name: str, value: Callable[[], object]) -> None:
    """Words, owner, date and look-back each make another digest (001-p02)."""
    assert version(**{name: value()}).digest != version().digest


def test_the_same_text_is_the_same() -> None:
    """The number of the version and who wrote it do not matter for what is confirmed."""
    assert version(number=2, written_by_id=7).digest == version().digest


def test_parts_cannot_be_swapped_unseen() -> None:
    """Two dates exchanged are another text, though the same letters stand in it."""
    exchanged = version(due_on=date(2026, 11, 1), look_back_on=date(2026, 10, 1))
    assert exchanged.digest != version().digest


def test_the_newest_version_stands() -> None:
    """An agreement's text is that of its last version."""
    newest = version(number=2)
    assert Agreement(versions=[version(), newest]).current is newest
