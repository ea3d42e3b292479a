"""Collecting the sentences, and bringing catalogues up to date."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog

from bot.content.catalogues import Catalogues
from bot.content.checks import check
from bot.content.dialogs import load
from bot.content.extraction import NoWords, chat_template, dialog_template, update, update_catalogues
from bot.content.po_files import read_catalogue
from bot.content.texts import environment
from tests.content.files import BEGIN, CHAT, House, house


def polish(made: House, domain: str) -> Catalog:
    """A Polish catalogue as it stands in its file."""
    catalog, problems = read_catalogue(made.catalogue("pl", domain), "pl")
    assert problems == ()
    assert catalog is not None
    return catalog


def test_each_sentence_of_a_dialog_has_its_question_as_context(tmp_path: Path) -> None:
    """The same Dutch words in two questions are two sentences; file and line say where they stand."""
    made = house(tmp_path)
    template = dialog_template(load([made.places.dialogs], NoWords()).sentences)
    found = {(message.context, message.id): message.locations for message in template if message.id}
    place = "dialogs/begin/dialog.yaml"
    assert found == {
        ("begin", "Wie is uw kind?"): [(place, 3)],
        ("begin.BO01", "Wie is uw kind?"): [(place, 9)],
        ("begin.BO02", "Wat doet uw kind graag?"): [(place, 13)],
        ("begin.BO02", "Buiten spelen."): [(place, 14)],
        ("begin.BO02", "Buiten spelen"): [(place, 19)],
        ("begin.BO02", "Lezen"): [(place, 20)],
    }


def test_the_sentences_of_a_template_are_found(tmp_path: Path) -> None:
    """Plurals, placeholders, percent signs, contexts and folded lines come out as gettext asks for them."""
    made = house(tmp_path)
    template, problems = chat_template(made.places.templates)
    assert problems == ()
    place = "bot/content/chat/talk.html"
    assert [(message.context, message.id, message.locations) for message in template if message.id] == [
        (None, ("One answer is open.", "%(count)s answers are open."), [(place, 2)]),
        (None, "Pupil: %(name)s", [(place, 3)]),
        (None, "We are 100%% there.", [(place, 4)]),
        ("button", "Back", [(place, 6)]),
    ]


def test_what_is_found_is_what_the_running_program_asks_for(tmp_path: Path) -> None:
    """Rendered by the program's own environment, each sentence that was found comes out in Polish."""
    made = house(tmp_path)
    made.write("locales/pl/LC_MESSAGES/dialogs.po", "")
    catalogues = Catalogues(made.places.locales, ("pl",))
    chat = environment(catalogues, "pl", ZoneInfo("Europe/Amsterdam"), tmp_path / "chat")
    macro = chat.get_template("talk.html").module.count  # type: ignore[attr-defined]
    said = " ".join(str(macro(5, "Kuba")).split())
    assert said == "5 odpowiedzi czeka.<b>Uczeń: Kuba</b> Gotowe w 100%.Wstecz"


def test_a_broken_template_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    """One forgotten end tag or a file in another encoding hides no other sentence."""
    made = house(tmp_path)
    broken = made.write("chat/broken.html", "x\n{% trans %}Hello")
    latin = tmp_path / "chat" / "latin.html"
    latin.write_bytes("één".encode("latin-1"))
    template, problems = chat_template(made.places.templates)
    assert [(problem.file, problem.line) for problem in problems] == [(str(broken), 2), (str(latin), 1)]
    assert len(template) == 4


def test_updating_adds_what_is_new_and_sets_aside_what_is_gone(tmp_path: Path) -> None:
    """New is empty, changed is a marked guess, gone is set aside, and a translator's comments stay."""
    made = house(tmp_path)
    made.change("locales/pl/LC_MESSAGES/dialogs.po", 'msgctxt "begin"\n', '# needs review\nmsgctxt "begin"\n')
    made.write(
        "dialogs/begin/dialog.yaml",
        BEGIN.replace("Wat doet uw kind graag?", "Wat doet uw kind het liefst?").replace("Lezen", "Zwemmen"),
    )
    assert update_catalogues(made.places) == ()
    catalog = polish(made, "dialogs")
    changed = catalog.get("Wat doet uw kind het liefst?", "begin.BO02")
    added = catalog.get("Zwemmen", "begin.BO02")
    title = catalog.get("Wie is uw kind?", "begin")
    assert changed is not None
    assert added is not None
    assert title is not None
    assert (changed.string, changed.fuzzy) == ("Co dziecko lubi robić?", True)
    assert added.string == ""
    assert title.user_comments == ["needs review"]
    assert [message.string for message in catalog.obsolete.values()] == ["Czytanie"]
    assert sorted(problem.what for problem in check(made.places) if "/pl/" in problem.file) == [
        "this sentence is empty",
        "this sentence is marked fuzzy",
    ]


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    """A catalogue that is up to date stays the same to the byte; a difference always means something."""
    made = house(tmp_path)
    assert update_catalogues(made.places) == ()
    paths = sorted(made.places.locales.rglob("*.po"))
    once = [path.read_bytes() for path in paths]
    assert update_catalogues(made.places) == ()
    assert [path.read_bytes() for path in paths] == once
    assert len(paths) == 4


def test_updating_makes_a_missing_catalogue(tmp_path: Path) -> None:
    """A new language begins with a file that holds every sentence, with the plural forms of that language."""
    made = house(tmp_path)
    path = made.catalogue("uk", "bot")
    template, _ = chat_template(made.places.templates)
    assert update(path, template) == ()
    catalog, problems = read_catalogue(path, "uk")
    assert problems == ()
    assert catalog is not None
    assert (catalog.num_plurals, len(catalog), catalog.fuzzy) == (3, 4, False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dialogs/begin/dialog.yaml", BEGIN.replace("answer: text", "answer: txt")),
        ("chat/talk.html", CHAT.replace("{% endtrans %}", "", 1)),
    ],
)
def test_a_file_that_cannot_be_read_is_no_reason_to_set_sentences_aside(
    tmp_path: Path, name: str, text: str
) -> None:
    """With a broken dialog or template nothing is written, so that no translation is lost."""
    made = house(tmp_path)
    made.write(name, text)
    before = {path: path.read_bytes() for path in made.places.locales.rglob("*.po")}
    assert len(update_catalogues(made.places)) == 1
    assert {path: path.read_bytes() for path in made.places.locales.rglob("*.po")} == before


def test_a_broken_catalogue_is_left_as_it_is(tmp_path: Path) -> None:
    """A half-merged file is told and not written over."""
    made = house(tmp_path)
    path = made.write("locales/pl/LC_MESSAGES/bot.po", "<<<<<<< ours\n")
    assert [problem.file for problem in update_catalogues(made.places)] == [str(path)]
    assert path.read_text("utf-8") == "<<<<<<< ours\n"
