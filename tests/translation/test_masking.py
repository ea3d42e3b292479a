"""Nothing that names somebody leaves the school, and no token is ever shown."""

import re
from collections.abc import Callable, Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.translation.errors import BadAnswerError, RefusedError, TranslationError, UnavailableError
from bot.translation.glossary import Glossary
from bot.translation.masking import KeepingTerms, Letter, translate_safely
from bot.translation.names import Gender, NameFinder, of_child, of_person, of_school

NO_TERMS = Glossary(())
TRACE = re.compile(r"\[\[|\]\]|@tb|ph\d|<|>|span|55501\d\d")
# Each name of a class list, and what people write for it.
LATIN = {
    "Kuba": "Kuba Kuby Kubie Kubę Kubą Kubo kuba KUBIE Kuba's Kuba'nın Kubas Kubu\u00adsia",
    "Zosia": "Zosia Zosi Zosię Zosią Zosie zosia zosie Zosi\u0328a Zosiu",
    "Ewa": "Ewa Ewy Ewie Ewę Ewą ewa EWY",
    "Marta": "Marta Marcie Martę Marty",
    "Olga": "Olga Oldze Olgę olgi",
    "Marek": "Marek Marka Markowi Markiem",
    "Paweł": "Paweł Pawła Pawel Pawlowi Pawle",
    "Roos": "Roos roos Roosje Roos'",
    "Storm": "Storm storm Storms",
    "Ayşe": "Ayşe Ayşe'nin Ayse Ayşeye ayse",
    "Müller": "Müller Muller Mueller MÜLLER",
    "Max": "Max max Max' Maxa",
}
CYRILLIC = {
    "Олена": "Олена Олени Олені Олену Оленою",
    "Тарас": "Тарас Тараса Тарасові",
    "Андрій": "Андрій Андрія",
}
ARABIC = {"أحمد": "أحمد احمد وأحمد لأحمد", "فاطمة": "فاطمة فاطمه لفاطمة", "محمد": "محمد ومحمد مُحَمَّد"}
ETHIOPIC = {"ኣቤል": "ኣቤል ንኣቤል ኣቤልን", "ሰላም": "ሰላም ንሰላም"}
ROSTERS = {
    "latin": (
        LATIN,
        "dziecko lubi evaluatie stormt de en nie roosterd school gaat maximum vandaag 12 45",
    ),
    "cyrillic": (CYRILLIC, "дитина любить школу сьогодні не читає 12"),
    "arabic": (ARABIC, "الطفل يحب المدرسة اليوم لا يقرأ 12"),
    "ethiopic": (ETHIOPIC, "ቆልዓ ቤት ትምህርቲ ይፈቱ ሎሚ 12"),
}


def turned(text: str) -> str:
    """A good answer, as far as names and numbers go: the same words."""
    return text


class Outside:
    """A provider outside the school that notes what it is asked and answers as badly as it is told."""

    name, outside = "outside", True

    def __init__(self, spoil: Callable[[str], str] = turned, error: TranslationError | None = None) -> None:
        self.spoil = spoil
        self.error = error
        self.asked: list[str] = []

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Whatever is wanted."""
        return frozenset({("nl", "pl")})

    def translate(self, texts: Sequence[str], _source: str, _target: str) -> list[str]:
        """The texts, spoiled."""
        self.asked += texts
        if self.error and len(self.asked) > len(texts):
            raise self.error
        return [self.spoil(text) for text in texts]


class OutsideInHtml(Outside):
    """One that can be told what stays as it is."""

    token = '<span translate="no">[[{}]]</span>'

    def translate_html(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The same."""
        return self.translate(texts, source, target)


class OutsideLikeDeepl(OutsideInHtml):
    """One whose tokens look like addresses."""

    token = "ph{}@tb.x"


TOKEN = re.compile(r'<span translate="no">\[\[\d+\]\]</span>|\[\[\d+\]\]|ph\d+@tb\.x|55501\d\d')
SPOILS: dict[str, Callable[[str], str]] = {
    "nothing": turned,
    "drops one": lambda text: TOKEN.sub("", text, count=1),
    "drops all": lambda text: TOKEN.sub("", text),
    "doubles": lambda text: TOKEN.sub(lambda match: match[0] * 2, text, count=1),
    "reverses": lambda text: " ".join(reversed(re.split(r" (?!translate)", text))),
    "renumbers": lambda text: text.replace("1", "9"),
    "breaks brackets": lambda text: text.replace("]]", "]").replace("</span>", ""),
    "spaces": lambda text: text.replace("[[", "[ [ ").replace("@", " @ "),
    "capitals": str.upper,
    "drops brackets": lambda text: re.sub(r"[\[\]@<>]", "", text),
    "adds one": lambda text: text + " [[1]]",
    "adds a foreign one": lambda text: text + " ph77@tb.x",
    "arabic digits": lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "empties": lambda _text: ".",
}


def finder(roster: dict[str, str]) -> NameFinder:
    """All first names of a class list."""
    return NameFinder(chain.from_iterable(map(of_child, roster)))


def translated(provider: Outside, text: str, names: NameFinder, target: str = "pl") -> str | None:
    """What comes of one text."""
    return translate_safely(provider, [Letter(text, names)], "nl", target, NO_TERMS)[0]


def bare(form: str) -> str:
    """A name as it may have been sent: without what Turkish and Dutch write after an apostrophe."""
    return form.partition("'")[0]


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """Which class list, a text with names of it among words, and the names as they stand there."""
    kind = draw(st.sampled_from(sorted(ROSTERS)))
    roster, around = ROSTERS[kind]
    fillers = around.split()
    forms = sorted({form for written in roster.values() for form in written.split()})
    words = draw(
        st.lists(st.one_of(st.sampled_from(forms), st.sampled_from(fillers)), min_size=1, max_size=9)
    )
    between = draw(st.sampled_from((" ", ", ", " - ", ". ")))
    return kind, between.join(words), [word for word in words if word in forms]


FINDERS = {kind: finder(roster) for kind, (roster, _fillers) in ROSTERS.items()}


@settings(max_examples=150, deadline=None)
@given(
    sentences(),
    st.sampled_from(sorted(SPOILS)),
    st.sampled_from((Outside, OutsideInHtml, OutsideLikeDeepl)),
)
def test_no_name_leaves_and_no_token_comes_back(
    written: tuple[str, str, list[str]], spoil: str, kind: type[Outside]
) -> None:
    """Whatever the names, their forms and what the provider does to the tokens."""
    roster, text, names = written
    provider = kind(SPOILS[spoil])
    found = translated(provider, text, FINDERS[roster])
    for sent in provider.asked:
        for form in names:
            assert not re.search(rf"(?<!\w){re.escape(bare(form))}(?!\w)", sent)
    if found is not None:
        assert not TRACE.search(found)
        for form in names:
            whole = re.compile(rf"(?<!\w){re.escape(bare(form))}(?!\w)")
            assert len(whole.findall(found)) >= len(whole.findall(text))


@pytest.mark.parametrize("kind", [Outside, OutsideInHtml, OutsideLikeDeepl])
def test_a_good_answer_gets_its_names_back(kind: type[Outside]) -> None:
    """Each at its own place, also where the provider moved it, and signs of HTML are signs again."""
    provider = kind(SPOILS["reverses"])
    found = translated(provider, "Kuba & Zosia < Roos samen", FINDERS["latin"])
    assert found == "samen Roos < Zosia & Kuba"
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "text",
    [
        "De evaluatie is klaar.",
        "Het rooster van de stormbaan.",
        "Het maximum is een markering.",
        "Zosiek en evenals.",
    ],
)
def test_a_name_within_another_word_is_no_name(text: str) -> None:
    """Eva is not in "evaluatie"."""
    names = NameFinder(chain(finder(LATIN)._phrases, *map(of_child, ("Eva", "Roos", "Storm", "Max", "Mark"))))  # noqa: SLF001
    assert not names.find(text)


@pytest.mark.parametrize(
    "secret",
    [
        "06-12345678",
        "06 12 34 56 78",
        "+31 (0)20 123 45 67",
        "0048 600 123 456",
        "+48 600-123-456",
        "020/1234567",
        "٠٦١٢٣٤٥٦٧٨",
        "123456782",
        "a.nowak@example.nl",
        "kuba@школа.укр",
        "https://example.nl/kuba?x=1",
        "www.example.nl/kuba",
        "1234 AB Amsterdam",
        "1234ab",
        "00-950 Warszawa",
        "Dorpsstraat 12a",
        "Prins Hendrikkade 33",
        "Lange Nieuwstraat 7",
        "ul. Długa 5 m. 3",
        "вул. Шевченка 12",
        "Hauptstraße 4",
        "12 Main Street",
        "Atatürk Caddesi No: 5",
        "NL91 ABNA 0417 1643 00",
        "12-03-2017",
        "12.3.17",
        "2017-03-12",
        "12/03/2017",
    ],
)
def test_what_leads_to_somebody_does_not_leave(secret: str) -> None:
    """Phone numbers, addresses of every kind, account numbers and full dates; they come back as they were."""
    provider = Outside()
    found = translated(provider, f"Dit is het: {secret} en meer.", NameFinder(()))
    assert found == f"Dit is het: {secret} en meer."
    digits = re.findall(r"[^\W\d_]{4,}|\d+", secret)
    assert provider.asked
    assert not any(part in provider.asked[0] for part in digits if len(part) > 1)


@pytest.mark.parametrize(
    "written",
    [
        "12 maart 2017",
        "March 12, 2017",
        "12 marca 2017",
        "12 березня 2017",
        "12 مارس 2017",
        "12 Mart 2017",
        "12. März 2017",
    ],
)
def test_a_written_date_of_birth_is_shown_in_numbers(written: str) -> None:
    """A month in words of the writer's language would not be understood by the reader."""
    provider = Outside()
    found = translated(provider, f"{written}", NameFinder(()))
    assert found == "12-03-2017"
    assert provider.asked == []


@pytest.mark.parametrize("text", ["groep 3 om 8:30 uur", "35 euro", "op 12 mei", "bladzijde 1024", "in 2024"])
def test_times_amounts_and_days_without_a_year_stay(text: str) -> None:
    """The translator needs them for the grammar."""
    provider = Outside()
    translated(provider, text, FINDERS["latin"])
    assert provider.asked == [text]


@pytest.mark.parametrize(
    ("roster", "text"),
    [
        ("latin", "Куба читає."),
        ("latin", "كوبا يقرأ"),
        ("latin", "ኩባ የንብብ"),
        ("latin", "Kuba en Куба"),
        ("latin", "Kub\u0430 leest"),  # a Cyrillic letter in it
        ("latin", "\U0001d40aiba"),  # a letter for mathematics
        ("cyrillic", "Olena leest."),
        ("arabic", "Ahmed leest."),
    ],
)
def test_another_script_than_the_class_list_is_not_sent(roster: str, text: str) -> None:
    """A name in it would not be found."""
    provider = Outside()
    assert translated(provider, text, FINDERS[roster]) is None
    assert provider.asked == []


def test_a_stand_in_is_nobodys_name_and_of_the_same_gender() -> None:
    """When tokens are lost a made-up name goes, of a woman for a mother; the real one is back in its place."""
    names = NameFinder(
        chain(
            of_person("Agnieszka Nowak", Gender.FEMALE),
            of_person("Pieter Vos", Gender.MALE),
            of_child("Robin"),
        )
    )
    provider = Outside(SPOILS["drops one"])
    text = "Agnieszka komt niet. Pieter komt. Robin ook."
    assert translated(provider, text, names) == text
    assert provider.asked[1] == "Anna komt niet. Thomas komt. Charlie ook."


def test_a_stand_in_that_is_changed_is_not_put_back() -> None:
    """A declined stand-in tells no place for sure; then the text is translated around the name."""
    provider = Outside(lambda text: SPOILS["drops one"](text).replace("Robin", "Robina"))
    assert translated(provider, "Dit is Kuba uit Polen.", FINDERS["latin"]) == "Dit is Kuba uit Polen."
    assert provider.asked[2:] == ["Dit is", "uit Polen."]


@pytest.mark.parametrize("error", [RefusedError(), BadAnswerError()])
def test_a_later_try_that_is_refused_is_only_a_failed_try(error: TranslationError) -> None:
    """What did not come back whole is not translated, and the others are kept."""
    provider = Outside(SPOILS["drops one"], error)
    letters = [Letter("Dag Kuba.", FINDERS["latin"]), Letter("Dag.", FINDERS["latin"])]
    assert translate_safely(provider, letters, "nl", "pl", NO_TERMS) == [None, "Dag."]


def test_a_translator_that_goes_away_meanwhile_is_told() -> None:
    """Then all is tried again later, and nothing is given up."""
    provider = Outside(SPOILS["drops one"], UnavailableError())
    with pytest.raises(UnavailableError):
        translated(provider, "Dag Kuba.", FINDERS["latin"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("Kom om 19:30 uur, Kuba.", "7:30 "), ("Kuba kost 30 euro.", "$"), ("Kuba telt tot 12.", "21")],
)
def test_a_lost_number_time_or_amount_is_no_translation(text: str, wrong: str) -> None:
    """Every one of the source stands in what is shown, or it is not shown."""
    provider = Outside(lambda sent: re.sub(r"19:30|30 euro|12", wrong, sent))
    assert translated(provider, text, FINDERS["latin"]) is None


def test_what_looks_like_a_token_is_the_writers_own() -> None:
    """It comes back as it was, and never as somebody's name."""
    for kind in (Outside, OutsideInHtml, OutsideLikeDeepl):
        text = "[[1]] en ph1@tb.x en <b>dik</b> van Kuba"
        assert translated(kind(), text, FINDERS["latin"]) == text


def test_the_school_and_its_groups_stay_too() -> None:
    """What tells the school from others, however the rest of its name reads."""
    names = NameFinder(of_school("Openbare Basisschool De Wilg"))
    provider = Outside()
    translated(provider, "Basisschool De Wilg is open, w Wilgu.", names)
    assert provider.asked == ["Basisschool De [[1]] is open, w [[2]]."]


TERMS = Glossary([{"nl": ("groep {n}",), "en": ("group {n}",)}, {"nl": ("studiedag",), "en": ("study day",)}])


class Wrong(Outside):
    """Says "third grade" for groep 3, unless it is told otherwise; inside the school."""

    outside = False

    def __init__(self) -> None:
        super().__init__(lambda text: text.replace("groep 3", "third grade").replace("studiedag", "day off"))


def test_a_word_of_the_school_is_held_as_it_must_be() -> None:
    """What is groep 3 never becomes "third grade": the text is asked for again with the word held."""
    provider = Wrong()
    kept = KeepingTerms(provider, TERMS)
    assert kept.translate(["In groep 3 is een studiedag.", "Dag."], "nl", "en") == [
        "In group 3 is een study day.",
        "Dag.",
    ]
    assert provider.asked == ["In groep 3 is een studiedag.", "Dag.", "In [[1]] is een [[2]]."]


def test_a_word_of_the_school_is_held_outside_too() -> None:
    """Beside the names, which stay where they are."""
    provider = Wrong()
    provider.outside = True
    letters = [Letter("Kuba zit in groep 3.", FINDERS["latin"])]
    assert translate_safely(provider, letters, "nl", "en", TERMS) == ["Kuba zit in group 3."]
    assert not any("Kuba" in asked for asked in provider.asked)


def test_a_held_word_that_is_lost_leaves_the_first_answer() -> None:
    """Then the doubt says so; an answer without a doubt is never given up for one with a mistake."""

    class Loses(Wrong):
        """And it loses tokens as well."""

        def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
            """As always, without what is held."""
            return [SPOILS["drops one"](text) for text in super().translate(texts, source, target)]

    assert KeepingTerms(Loses(), TERMS).translate(["De studiedag."], "nl", "en") == ["De day off."]
