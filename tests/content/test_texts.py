"""Chat texts: every macro in every language, people's words shown literally, dates in the reader's language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.content.phrase_files import read_phrases
from bot.content.shipped import CHAT_TEMPLATES
from bot.content.texts import Texts
from bot.model.translation import Origin
from bot.services.sayings import Shown
from bot.translation.doubts import Doubt
from tests.cast import catalogues

MOMENT = datetime(2026, 9, 8, 22, 30, tzinfo=UTC)
SAID = Shown(1, "Goede morgen.", "machine", "Dzień dobry.", "pl", waiting=False, voices=(1,), photos=(2,))
GUARDIAN = {
    "name": "Agnieszka Nowak",
    "progress": "busy",
    "authority": False,
    "language": "pl",
    "wished_language": "ti",
    "joined": False,
    "to_confirm": 1,
    "unread": 2,
    "unopened_days": 4,
    "help": ["paper", "phone", "person", "interpreter"],
}
ROW = {"name": "Kuba", "guardians": [GUARDIAN], "open_agreements": 1, "next_talk": MOMENT}
PLACE = {"state": "confirmed", "role": "interpret", "name": "Ewa"}
TALK = {
    "moment": "begin",
    "planned_at": MOMENT,
    "apart_with": "Agnieszka Nowak",
    "child": "Kuba",
    "length_minutes": 15,
    "place": "school",
    "places": [PLACE],
    "serious": ["care"],
}
ANSWER = {"share": "shared", "sensitive": True, "labels": ["Sport"], "said": SAID, "with_buddy": True}
LINE = {
    "ask": "Wie is uw kind?",
    "asked": "Wie is uw kind?",
    "answer": ANSWER,
    "labels": ["Sport"],
    "day": date(2026, 12, 1),
    "said": SAID,
    "mine": True,
    "kind": "question",
}
OUTCOME = {"name": "juf Marieke", "for_school": True, "result": "bit_done", "said": SAID}
SAMPLES: dict[str, Any] = {  # a value for every parameter that any macro takes
    "agreements": [{"what": SAID, "owner": "parents", "due_on": date(2026, 12, 1)}],
    "before": {
        "what": SAID,
        "owner": "school",
        "due_on": date(2026, 11, 1),
        "look_back_on": date(2026, 11, 8),
    },
    "begins": "7:30",
    "better": SAID,
    "doubts": [*Doubt, "anything"],
    "first": True,
    "now": "Kuba leest elke dag.",
    "origin": "phrasebook",
    "original_language": "nl",
    "services": ["DeepL", "Microsoft"],
    "sentence": "Mijn kind slaapt slecht.",
    "sentences": ["Mijn kind slaapt slecht."],
    "start": 1,
    "subject": "worries",
    "was": "Kuba leest soms.",
    "ends": "20:00",
    "children": [{"name": "Kuba", "news": [{"kind": "notices.message_written", "count": 2}]}],
    "closed": False,
    "count": 2,
    "for_school": True,
    "goes_on": True,
    "heard": "Kuba lubi pociągi.",
    "in_it": "Czy używać polskiego?",
    "last": True,
    "new": SAID,
    "old": SAID,
    "outcomes": [OUTCOME, {**OUTCOME, "for_school": False, "result": "done"}],
    "result": "bit_done",
    "weekdays": [0, 6],
    "action": "read",
    "active": True,
    "agreed": None,
    "answer": ANSWER,
    "answered": True,
    "ask": "Wie is uw kind?",
    "asked": "Wie is uw kind?",
    "author": "juf Marieke",
    "cancelled": False,
    "child": "Kuba",
    "chosen": [SAID],
    "code": "goal_needed",
    "confirmed_by": ["juf Marieke"],
    "confirmed_by_me": False,
    "day": date(2026, 12, 1),
    "days": 7,
    "done": 3,
    "dutch": "studiedag",
    "word": "dzień szkoleniowy",
    "means": "Dzieci mają wolne.",
    "translated": False,
    "was_asked": True,
    "due_on": date(2026, 12, 1),
    "fallback": True,
    "goal": "meet",
    "goal_words": SAID,
    "goals": ["meet", "other"],
    "group": "3A",
    "guardian": GUARDIAN,
    "held_back": 1,
    "hint": "Noem alleen voornamen.",
    "how": "explained",
    "intro": "Een begin.",
    "key": "child",
    "kind": "paper",
    "label": "Sport",
    "language": "pl",
    "target": "pl",
    "length_minutes": 15,
    "lines": [LINE, {**LINE, "answer": None, "labels": [], "day": None}],
    "look_back_on": date(2026, 12, 8),
    "minutes": 10,
    "moment": "begin",
    "most": 3,
    "name": "Agnieszka Nowak",
    "named": True,
    "names": ["Agnieszka Nowak"],
    "number": 1,
    "original": "Dzień dobry.",
    "owner": "parents",
    "people": ["parents", "child"],
    "person": "Agnieszka Nowak",
    "place": "school",
    "place_words": None,
    "planned_at": MOMENT,
    "progress": "ready",
    "reads_back": True,
    "ready": False,
    "row": ROW,
    "rows": [ROW],
    "said": SAID,
    "school": "Basisschool De Wilg",
    "sensitive": True,
    "several": True,
    "sound": {"dialog": "begin", "language": "pl", "question": "BO01"},
    "share": "shared",
    "shared": 2,
    "shown": SAID,
    "staff": False,
    "state": "proposed",
    "stopped": True,
    "left": "juf Marieke",
    "talks": [TALK],
    "teachers": ["juf Marieke"],
    "text": "Een voorbeeld.",
    "title": "Een gesprek",
    "total": 15,
    "unread": ["Polski", "العربية"],
    "voice": True,
    "was_shared": True,
    "what": SAID,
    "wish": "ti",
    "with_whom": ["Agnieszka Nowak"],
    "words": "Dzień dobry.",
    "at": MOMENT,
    "asker": True,
    "example": "Bijvoorbeeld zo.",
    "labels": ["Sport"],
    "proposed": SAID,
    "quoted": SAID,
    "restored": "Kuba ma wuef.",
    "typed": SAID,
    "masked": True,
    "source": SAID,
    "task": "understand",
    "same_group": True,
    "since": MOMENT,
    "again": True,
    "goes_along": True,
    "until": MOMENT,
    "languages": ["pl", "nl"],
    "one": SAID,
    "can": True,
    "changed": False,
    "code_changed": True,
    "coming": "perhaps",
    "families": 3,
    "groups": ["3A", "6B"],
    "helped": 1,
    "helping": True,
    "joint": True,
    "part": "evening",
    "places": [{**PLACE, "talk": TALK}],
    "reason": SAID,
    "requests": [{"task": "understand", "language": "pl", "offered": False}],
    "role": "come_along",
    "roles": ["come_along", "interpret"],
    "serious": ["care", "separation"],
    "starts_at": MOMENT,
    "talk": TALK,
    "tasks": ["explain", "remind"],
    "times": ["morning", "weekend"],
}
OF_A_MACRO: dict[str, dict[str, Any]] = {
    "buddies.standing": {"state": "approved"},
    "buddies.decided": {"state": "paused"},
    "common.helped": {"one": replace(SAID, with_buddy=True)},
}
TAKES_A_MACRO = {"notices.names_of"}  # shown by every talk that is planned


def _macros() -> Iterator[tuple[str, str]]:
    """Every macro of every chat template, as subject.name, with what it takes."""
    for path in sorted(CHAT_TEMPLATES.glob("*.html")):
        for name, arguments in re.findall(r"{%-?\s*macro (\w+)\(([^)]*)\)", path.read_text("utf-8")):
            yield f"{path.stem}.{name}", arguments


@pytest.fixture(scope="module")
def every_language() -> Texts:
    """Every shipped language is on; a template is compiled once for all that are written in one direction."""
    return Texts(catalogues().only(SHIPPED_LANGUAGES), ZoneInfo("Europe/Amsterdam"))


@pytest.mark.parametrize("language", SHIPPED_LANGUAGES)
def test_every_macro_in_every_language(every_language: Texts, language: str) -> None:
    """Each gives a text without holes (004-language-threat)."""
    texts = every_language
    for macro, arguments in _macros():
        names = [one.partition("=")[0].strip() for one in arguments.split(",") if one.strip()]
        if macro in TAKES_A_MACRO:
            continue
        values = SAMPLES | OF_A_MACRO.get(macro, {})
        said = texts.say(language, macro, {name: values[name] for name in names})
        assert said.strip(), macro
        assert not re.search(r"%\(|{{|{%|\bNone\b|Undefined", said), (macro, said)


@pytest.mark.parametrize("original_first", [False, True])
@pytest.mark.parametrize("origin", list(Origin))
def test_words_say_where_they_come_from(texts: Texts, origin: Origin, original_first: bool) -> None:
    """Own words need no label; each kind of translation has its own, its doubts, and always the original."""
    shown = Shown(
        1, "Hallo.", origin, "Cześć.", "pl", waiting=False, doubts=("names",), original_first=original_first
    )
    said = texts.say("en", "common.said", {"shown": shown})
    label = texts.say("en", "common.made_by", {"origin": origin}).removesuffix(".")
    own = origin is Origin.OWN
    assert "Hallo." in said
    assert (label in said, "Cześć." in said) == (not own, not own)
    if not own:
        assert (said.index("Cześć.") < said.index("Hallo.")) == original_first
    if origin is Origin.MACHINE:
        assert texts.say("en", "common.doubt_name", {"key": "names"}) in said


def test_each_doubt_has_its_own_words(texts: Texts) -> None:
    """In every language in which the assistant speaks."""
    for language in texts.languages:
        names = [texts.say(language, "common.doubt_name", {"key": key}) for key in (*Doubt, "anything")]
        assert len(set(names)) == len(names)


def test_each_subject_of_the_phrasebook_has_a_name(texts: Texts) -> None:
    """A new subject in the files needs one here."""
    other = texts.say("en", "phrases.subject_name", {"subject": "anything"})
    subjects = [one for known in read_phrases()[0].subjects.values() for one in known]
    names = [texts.say("en", "phrases.subject_name", {"subject": one}) for one in subjects]
    assert other not in names
    assert len(set(names)) == len(names)


def test_a_persons_words_are_shown_literally(texts: Texts) -> None:
    """Tags, entities and template marks of a person stay what they are."""
    words = "<b>x</b> &amp; {{ 1 }} %(x)s <p>"
    shown = Shown(1, words, "own", words, "nl", waiting=False)
    said = texts.say("nl", "common.said", {"shown": shown})
    assert "&lt;b&gt;x&lt;/b&gt; &amp;amp; {{ 1 }} %(x)s &lt;p&gt;" in said


def test_line_breaks_of_a_person_are_kept(texts: Texts) -> None:
    """Own words keep their lines; all other white space is layout."""
    shown = Shown(1, "één\n\ndrie", "own", "één\n\ndrie", "nl", waiting=False)
    assert "één\n\ndrie" in texts.say("nl", "common.said", {"shown": shown})
    assert "\n\n\n" not in texts.say("nl", "welcome.about", {"school": "De Wilg"})


def test_every_label_says_where_the_words_come_from(texts: Texts) -> None:
    """Own words carry no label; a translation by a person, by a computer, none yet, none ever each their own."""

    def said(origin: str | None, words: str | None, *, waiting: bool = False, nobody: bool = False) -> str:
        shown = Shown(1, words, origin, "Dzień dobry.", "pl", waiting=waiting, not_offered=nobody)
        return texts.say("nl", "common.said", {"shown": shown})

    five = [said("human", "Goedendag."), said("machine", "Goedendag."), said(None, None)]
    five += [said(None, None, waiting=True), said(None, None, nobody=True)]
    assert len(set(five)) == 5
    assert all("Dzień dobry." in one for one in five)
    assert "<i>" not in said("own", "Dzień dobry.")


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("nl", "woensdag 9 september 2026", "00:30"),
        ("pl", "środa, 9 września 2026", "00:30"),
        ("en", "Wednesday, 9 September 2026", "00:30"),
    ],
)
def test_dates_are_the_schools_in_the_readers_language(
    texts: Texts, language: str, day: str, time: str
) -> None:
    """Half past ten in the evening in UTC is the next day at the school."""
    said = texts.say(language, "talk.planned", {"child": "Kuba", "planned_at": MOMENT})
    assert day in said
    assert time in said


def test_a_forgotten_parameter_is_an_error(texts: Texts) -> None:
    """A hole in a sentence is never shown to anybody."""
    with pytest.raises((UndefinedError, KeyError)):
        texts.say("nl", "doors.confirmed_for")


def test_a_label_is_plain_words(texts: Texts) -> None:
    """What stands on a button is not HTML."""
    label = texts.label("nl", "group.write_button", {"name": "D'Arcy & <Ów>"})
    assert label.endswith("D'Arcy & <Ów>")


@pytest.mark.parametrize(
    ("macro", "known"), [("errors.talk_held", True), ("errors.nothing", False), ("errors.environment", False)]
)
def test_which_sentences_there_are(texts: Texts, macro: str, *, known: bool) -> None:
    """Only a macro is a sentence."""
    assert texts.knows(macro) is known


def test_a_language_without_a_name(texts: Texts) -> None:
    """Where no name of a language is known its code is shown, and nobody is stopped."""
    assert "zzz" in texts.say("nl", "welcome.wish_noted", {"wish": "zzz"})
    assert "Tigrinya" in texts.say("nl", "welcome.wish_noted", {"wish": "ti"})


def test_the_list_of_answers_ends_without_an_empty_line(texts: Texts) -> None:
    """At a phone that is not confirmed each question has its own line, and one empty line follows the last."""
    line = {"ask": "Wat kan Kuba goed?", "answer": {"share": "draft"}}
    unanswered = {**line, "answer": None}
    said = texts.say(
        "nl",
        "preparation.review",
        {name: SAMPLES[name] for name in ("child", "ready", "shared")}
        | {"lines": [line, line, unanswered], "done": 2, "total": 3, "reads_back": False},
    )
    assert "Wat kan Kuba goed?\n✏️ Wat kan Kuba goed?\n\n" in said
    assert "\n\n\n" not in said
