"""Writes small dialogs, templates and catalogues into a test's own folder."""

from dataclasses import dataclass
from pathlib import Path

from bot.content.extraction import Places

BEGIN = """\
id: begin
language: nl
title: Wie is uw kind?
for: guardian
about: child
minutes: 10
questions:
  - id: BO01
    ask: Wie is uw kind?
    answer: text
    voice: true
  - id: BO02
    ask: Wat doet uw kind graag?
    example: Buiten spelen.
    answer: several
    most: 2
    other: true
    choices:
      buiten: Buiten spelen
      lezen: Lezen
"""

HEADER = """\
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""

DIALOGS_PL = (
    HEADER
    + """\
msgctxt "begin"
msgid "Wie is uw kind?"
msgstr "Jakie jest Państwa dziecko?"

msgctxt "begin.BO01"
msgid "Wie is uw kind?"
msgstr "Jakie jest dziecko?"

msgctxt "begin.BO02"
msgid "Wat doet uw kind graag?"
msgstr "Co dziecko lubi robić?"

msgctxt "begin.BO02"
msgid "Buiten spelen."
msgstr "Zabawa na dworze."

msgctxt "begin.BO02"
msgid "Buiten spelen"
msgstr "Zabawa na dworze"

msgctxt "begin.BO02"
msgid "Lezen"
msgstr "Czytanie"
"""
)

CHAT = """\
{% macro count(number, name) %}
{% trans count=number %}One answer is open.{% pluralize %}{{ count }} answers are open.{% endtrans %}
<b>{% trans name=name %}Pupil: {{ name }}{% endtrans %}</b>
{% trans %}We are
   100% there.{% endtrans %}
{% trans "button" %}Back{% endtrans %}
{% endmacro %}
"""

BOT_PL = (
    HEADER
    + """\
msgid "One answer is open."
msgid_plural "%(count)s answers are open."
msgstr[0] "Jedna odpowiedź czeka."
msgstr[1] "%(count)s odpowiedzi czekają."
msgstr[2] "%(count)s odpowiedzi czeka."

msgid "Pupil: %(name)s"
msgstr "Uczeń: %(name)s"

msgid "We are 100%% there."
msgstr "Gotowe w 100%%."

msgctxt "button"
msgid "Back"
msgstr "Wstecz"
"""
)


@dataclass(frozen=True)
class House:
    """A throw-away place with a dialog, a chat template and catalogues; in order until changed."""

    root: Path

    @property
    def places(self) -> Places:
        """The places as the checks want them."""
        return Places(
            self.root / "dialogs",
            self.root / "locales",
            {"bot/content/chat": self.root / "chat"},
            ("en", "nl", "pl"),
        )

    def catalogue(self, language: str, domain: str) -> Path:
        """The path of a catalogue."""
        return self.places.catalogue(language, domain)

    def write(self, name: str, text: str) -> Path:
        """The file holds this text."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> Path:
        """One passage of a file is another; it must be there."""
        text = (self.root / name).read_text("utf-8")
        assert old in text
        return self.write(name, text.replace(old, new, 1))


def house(root: Path) -> House:
    """A complete house: Polish and Dutch for the chat, Polish and English for the dialog."""
    made = House(root)
    made.write("dialogs/begin/dialog.yaml", BEGIN)
    made.write("chat/talk.html", CHAT)
    made.write("locales/pl/LC_MESSAGES/bot.po", BOT_PL)
    made.write("locales/pl/LC_MESSAGES/dialogs.po", DIALOGS_PL)
    dutch = BOT_PL.replace(HEADER, _two_forms("nl")).replace('msgstr[2] "%(count)s odpowiedzi czeka."\n', "")
    made.write("locales/nl/LC_MESSAGES/bot.po", dutch)
    made.write("locales/en/LC_MESSAGES/dialogs.po", DIALOGS_PL.replace(HEADER, _two_forms("en")))
    return made


def _two_forms(language: str) -> str:
    """The head of a catalogue in a language with singular and plural only."""
    rule = HEADER.partition("Plural-Forms: ")[2].partition("\\n")[0]
    return HEADER.replace(rule, "nplurals=2; plural=(n != 1);").replace(
        "Language: pl", f"Language: {language}"
    )
