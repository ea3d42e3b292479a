"""A school's own settings: all optional, mistakes told one by one."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.school_file import FILE_NAME, SchoolFile, read_phrases, read_school_file
from bot.content.shipped import PACKAGE
from bot.model.rhythm import ANY_TIME, NO_QUIET, Hours, Rhythm
from bot.model.school_days import Holiday, SchoolDays

HOLIDAY = "holidays:\n  - name: herfstvakantie\n    from: {}\n    until: {}\n"


def _read(folder: Path, content: str | bytes) -> SchoolFile:
    path = folder / FILE_NAME
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_school_file(folder)


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    """A school that decided nothing has no readers of its own and no sentences."""
    assert read_school_file(tmp_path) == SchoolFile()
    assert _read(tmp_path, "") == SchoolFile()


def test_readers_and_sentences(tmp_path: Path) -> None:
    """Who reads sensitive answers (002-home-situation), and what the school translated itself."""
    found = _read(tmp_path, "sensitive_readers: [s-karin]\nphrases:\n  - {nl: Dank u wel., pl: Dziękuję.}\n")
    assert found.problems == ()
    assert found.sensitive_readers == ("s-karin",)
    assert found.phrases == ({"nl": "Dank u wel.", "pl": "Dziękuję."},)


def test_words_in_the_chat_of_staff_are_off_until_a_school_wants_them(tmp_path: Path) -> None:
    """Telegram shows staff states and links only (design section 7)."""
    assert not SchoolFile().words_in_staff_chat
    assert _read(tmp_path, "words_in_staff_chat: true\n").words_in_staff_chat
    assert _read(tmp_path, "words_in_staff_chat: off\n") == SchoolFile()


def test_the_lead_names_languages(tmp_path: Path) -> None:
    """In that order, each once; nothing named is not the same as none (004-language-threat)."""
    assert _read(tmp_path, "languages: [nl, pl, en, pl]\n").languages == ("nl", "pl", "en")
    assert SchoolFile().languages == ()
    for wrong in ("languages: [nl, klingon]", "languages: pl", "languages: [no]"):
        (problem,) = _read(tmp_path, f"# mine\n{wrong}\n").problems
        assert problem.line == 2
        assert problem.what == "languages must be a list of language codes"
        assert "[nl, pl]" in problem.hint


def test_a_school_has_its_own_words_to_hint_at(tmp_path: Path) -> None:
    """The list of the school takes the place of ours; an empty one hints at nothing."""
    assert "altijd" in _read(tmp_path, "phrases: []\n").hint_words
    assert _read(tmp_path, "hint_words: [sloom]\n").hint_words == ("sloom",)
    assert _read(tmp_path, "hint_words: []\n").hint_words == ()


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("sensitive_readers: [s-karin\nphrases: x", 2, "not YAML"),
        (b"\xff\xfe\x00", 1, "not YAML"),
        ("- just\n- a list", 1, "holds no settings"),
        ("hours: {days: [someday]}", 1, "hours must say the school days"),
        ('hours: {from: "17:00", until: "08:00"}', 1, "hours must say the school days"),
        ("quiet: at night", 1, "quiet must say from when until when"),
        ('quiet: {from: "7:00", until: "20:00"}', 1, "quiet must say from when until when"),
        ("quiet: {from: 25:00}", 1, "quiet must say from when until when"),
        ("most_messages_a_week: 0", 1, "must be a number from 1 to 50"),
        ("most_messages_a_week: many", 1, "must be a number from 1 to 50"),
        ("reminders: on\ndigest: sometimes", 2, "digest must be a time of day"),
        ("reminders: 3", 1, "reminders must be on or off"),
        ("qiet_hours: 20-7", 1, "unknown setting 'qiet_hours'"),
        ("sensitive_readers: s-karin", 1, "must be a list of person ids"),
        ("sensitive_readers: [1, 2]", 1, "must be a list of person ids"),
        ("hint_words: altijd", 1, "hint_words must be a list of words"),
        ("hint_words: [3]", 1, "hint_words must be a list of words"),
        ("hint_words: []\n# ja?\nwords_in_staff_chat: ja", 3, "words_in_staff_chat must be true or false"),
        ("phrases: Dank u wel", 1, "must be a list of sentences by language"),
        ("phrases:\n  - {nl: 3}", 1, "must be a list of sentences by language"),
        ("phrases:\n  - no", 1, "must be a list of sentences by language"),
        ("digest: off\nholidays: 2026-10-17", 2, "'holidays' is not a list"),
        ("holidays:\n  - 2026-10-17", 2, "this entry of 'holidays' holds no fields"),
        (HOLIDAY.format("17-10-2026", "2026-10-25"), 3, "'from' is not a day"),
        (HOLIDAY.format("2026-10-17", "2026-02-30"), 4, "'until' is not a day"),
        (HOLIDAY.format("2026-10-17", "2026-10-16"), 4, "'until' is before 'from'"),
        (HOLIDAY.format("2026-10-17", "2027-10-25"), 4, "this holiday is too long"),
        (HOLIDAY.format("2026-10-17", "2026-10-25") + "    kleur: rood\n", 5, "'kleur' is not a known field"),
        ("holidays:\n  - {from: 2026-10-17, name: herfst}", 2, "'until' is missing"),
        ("holidays:\n  - {from: 2026-10-17, until: 2026-10-25}", 2, "'name' is missing"),
    ],
)
def test_each_mistake_is_told(tmp_path: Path, content: str | bytes, line: int, what: str) -> None:
    """File, line, what is wrong and a hint; never an exception."""
    [problem] = _read(tmp_path, content).problems
    assert problem.file == str(tmp_path / FILE_NAME)
    assert problem.line == line
    assert what in problem.what
    assert problem.hint


def test_a_mistake_does_not_hide_the_others(tmp_path: Path) -> None:
    """Every wrong setting is named, and the right ones still count."""
    found = _read(
        tmp_path, "a: 1\nb: 2\nsensitive_readers: 3\nphrases:\n  - {nl: Dank u wel., pl: Dziękuję.}\n"
    )
    assert len(found.problems) == 3
    assert found.sensitive_readers == ()
    assert len(found.phrases) == 1


def test_the_sentences_of_the_demo() -> None:
    """Every sentence of the demo's people stands there in every shipped language."""
    found = read_phrases(PACKAGE / "demo_school" / "phrasebook.yaml")
    assert len(found) > 40
    assert all(set(phrase) == {"nl", "pl", "en"} for phrase in found)


def test_a_broken_phrasebook_is_refused(tmp_path: Path) -> None:
    """A file that holds no sentences is no phrasebook."""
    path = tmp_path / "phrases.yaml"
    path.write_text("nl: Dank u wel.\n", "utf-8")
    with pytest.raises(ValueError, match="phrasebook"):
        read_phrases(path)


def test_quiet_and_rhythm_as_a_school_writes_it(tmp_path: Path) -> None:
    """Times with quotes and without, days in English or Dutch; what is not said stays as it is (004-too-much-info)."""
    found = _read(
        tmp_path,
        "hours: {days: [ma, di, do], from: 08:30}\nquiet: {from: 19:00, until: '08:00', days: [sat, sun]}\n"
        "most_messages_a_week: 3\ndigest: 15:30\nreminders: off\n",
    )
    assert found.problems == ()
    assert found.rhythm == Rhythm(
        teachers=Hours(frozenset({0, 1, 3}), 510, 1020),
        guardians=Hours(frozenset(range(5)), 480, 1140),
        school_days=SchoolDays(frozenset({0, 1, 3})),
        most_a_week=3,
        digest_minute=930,
        reminders=False,
    )


def test_each_part_of_the_rhythm_can_be_off(tmp_path: Path) -> None:
    """Then everybody is reached at any hour, with each fact on its own."""
    found = _read(tmp_path, "hours: off\nquiet: off\nmost_messages_a_week: off\ndigest: off\n")
    assert found.problems == ()
    assert found.rhythm == NO_QUIET


def test_holidays_count_for_school_days_and_for_teachers(tmp_path: Path) -> None:
    """In their order in time; parents are reached as their hours say, teachers are not, unless hours are off."""
    written = (
        "holidays:\n"
        "  - {from: 2026-12-19, until: 2027-01-03, name: kerstvakantie}\n"
        "  - {from: '2026-10-09', until: 2026-10-09, name: studiedag}\n"
    )
    study_day = Holiday(date(2026, 10, 9), date(2026, 10, 9), "studiedag")
    winter = Holiday(date(2026, 12, 19), date(2027, 1, 3), "kerstvakantie")
    found = _read(tmp_path, written)
    assert found.problems == ()
    assert found.rhythm.school_days.holidays == (study_day, winter)
    assert found.rhythm.teachers.holidays == (study_day, winter)
    assert found.rhythm.guardians.holidays == ()
    without_hours = _read(tmp_path, written + "hours: off\n").rhythm
    assert without_hours.teachers == ANY_TIME
    assert without_hours.school_days.holidays == (study_day, winter)
    assert _read(tmp_path, "holidays: []\n") == SchoolFile()
