import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.translation.detection import Detector, script_of

SCHOOL = ("nl", "pl", "en", "tr", "ar", "uk", "ro", "bg", "ti", "so", "fa", "es", "de", "fr", "pt")

SENTENCES_FILE = Path(__file__).with_name("sentences.json")
SENTENCES, OTHERS = json.loads(SENTENCES_FILE.read_text(encoding="utf-8")).values()


@pytest.fixture(scope="module")
def detector() -> Detector:
    """A school with fifteen languages."""
    return Detector(SCHOOL)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_of_each_language_is_known(detector: Detector, language: str) -> None:
    """A whole sentence is recognised, whatever language its writer chose before (004-language-threat)."""
    assert detector.detect(SENTENCES[language]) == language
    for chosen in ("nl", "pl", language):
        assert detector.decide(SENTENCES[language], chosen) == language


@pytest.mark.parametrize(
    "language", [one for one in SENTENCES if SENTENCES[one].lower() != SENTENCES[one].upper()]
)
def test_capitals_change_nothing(detector: Detector, language: str) -> None:
    """Somebody who shouts is still understood."""
    assert detector.detect(SENTENCES[language].upper()) == language


@pytest.mark.parametrize(
    "text",
    [
        "Oké, dank u wel",
        "Goedemorgen juf!",
        "ok",
        "Zosia",
        "haha",
        "Ahmed Yilmaz",
        "tak",
        "Yes please",
        "👍",
        "12:30",
        "...",
        "",
    ],
)
def test_the_chosen_language_wins_when_in_doubt(detector: Detector, text: str) -> None:
    """A greeting, a name or a yes never changes somebody's language."""
    for chosen in ("nl", "ro", "so"):
        assert detector.decide(text, chosen) == chosen


def test_short_dutch_thanks_stays_dutch(detector: Detector) -> None:
    """The sentence a single detector takes for Afrikaans."""
    assert detector.decide("Oké, dank u wel", "nl") == "nl"
    assert detector.detect("Oké, dank u wel") in (None, "nl")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a",
        "ok",
        "😀😀😀",
        "12345",
        "06-12345678",
        "...",
        "\0\x07",
        "https://wilg.example/dit-is-nederlands",
        "juf@wilg.example",
    ],
)
def test_no_text_is_no_language(detector: Detector, text: str) -> None:
    """Emoji, digits, addresses and signs say nothing about a language."""
    assert detector.detect(text) is None


def test_addresses_do_not_vote(detector: Detector) -> None:
    """A Dutch sentence with an English link and e-mail address stays Dutch."""
    link = "https://the-best-school-for-all-children.example/about-us/our-children"
    text = f"Kijk hier maar eens naar juf {link} info@the-best-school.example"
    assert detector.detect(text) == "nl"


@pytest.mark.parametrize("text", ["ሰላም ከመይ ኣለኹም", "ሰላም"])
def test_tigrinya_is_known_by_its_script(detector: Detector, text: str) -> None:
    """Selam's two words are enough: no other language of this school is written so."""
    assert detector.detect(text) == "ti"
    assert detector.decide(text, "nl") == "ti"


def test_amharic_is_not_taken_for_tigrinya(detector: Detector) -> None:
    """Its own letters veto, and a school with both decides by letters alone."""
    assert detector.detect("እንደምን አደሩ ልጄ ደህና ነው") is None
    both = Detector(["ti", "am"])
    assert both.detect("እንደምን አደሩ ልጄ ደህና ነው") == "am"
    assert both.detect("ሰላም ከመይ ኣለኹም") == "ti"
    assert both.detect("ሰላም") is None


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_the_school_lacks_is_not_guessed(detector: Detector, language: str) -> None:
    """A neighbour of a school's language is not taken for it."""
    assert detector.detect(OTHERS[language]) is None


def test_only_configured_languages_are_named() -> None:
    """A school with two languages never hears of a third."""
    small = Detector(["nl", "pl"])
    assert small.detect(SENTENCES["nl"]) == "nl"
    assert small.detect(SENTENCES["pl"]) == "pl"
    assert [small.detect(SENTENCES[other]) for other in ("de", "tr", "uk", "ti", "ar")] == [None] * 5


def test_languages_no_detector_knows_do_no_harm() -> None:
    """A wish for a rare language is possible: its texts are just never guessed."""
    rare = Detector(["nl", "xx", "ku"])
    assert rare.detect(SENTENCES["nl"]) == "nl"
    assert Detector([]).detect(SENTENCES["nl"]) is None
    assert Detector(["xx"]).detect(SENTENCES["nl"]) is None


def test_a_very_long_text_is_answered_quickly(detector: Detector) -> None:
    """Only the first part of it is read."""
    assert detector.detect(SENTENCES["nl"] * 2000) == "nl"


def test_the_same_text_gets_the_same_answer(detector: Detector) -> None:
    """Chance has no say: twenty readings and a second detector agree, on short texts too."""
    texts = [*SENTENCES.values(), "Hij speelt", "dobrze dobrze", "school morgen", "kom je nog"]
    first = [detector.detect(text) for text in texts]
    assert all([detector.detect(text) for text in texts] == first for _ in range(20))
    other = Detector(reversed(SCHOOL))
    assert [other.detect(text) for text in texts] == first


FIRST_READERS = """
import json, pathlib, sys, threading
from bot.translation.detection import Detector
texts = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["school"]
detector = Detector(texts)
start, answers = threading.Barrier(16), []

def read(shift):
    own = list(texts.items())
    start.wait()
    answers.extend(detector.detect(text) == language for language, text in own[shift:] + own[:shift])

threads = [threading.Thread(target=read, args=(shift,)) for shift in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(answers), all(answers))
"""


def test_sixteen_first_readers_at_once() -> None:
    """In a fresh process the very first readings, in sixteen threads together, are all right."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_READERS, SENTENCES_FILE],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(16 * len(SENTENCES)), "True"]


@pytest.mark.parametrize(
    ("language", "script"), [("nl", "LATIN"), ("uk", "CYRILLIC"), ("fa", "ARABIC"), ("ti", "ETHIOPIC")]
)
def test_languages_have_a_script(language: str, script: str) -> None:
    """Two languages of one script are never told apart by a word or two."""
    assert script_of(language) == script
