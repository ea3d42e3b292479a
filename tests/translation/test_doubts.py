"""Mistakes that change the meaning are noticed, and good translations are left alone."""

from collections import Counter

import pytest

from bot.translation.doubts import Doubt, doubts
from bot.translation.glossary import Glossary
from tests.translation.seeded import LANGUAGES, Says, glossary, mistakes, names, pairs


class Unsure:
    """A detector that says what it is told."""

    def __init__(self, language: str | None = None) -> None:
        self.language = language

    def detect(self, _text: str) -> str | None:
        """One language, or none."""
        return self.language


NAMES, TERMS, NO_TERMS = names(), glossary(), Glossary(())


@pytest.fixture(scope="module")
def says() -> Says:
    """All checks, but for the detector, which has its own tests."""
    return Says(Unsure())


@pytest.mark.parametrize("language", LANGUAGES)
def test_good_translations_are_left_alone(says: Says, language: str) -> None:
    """At most two of sixty are doubted without reason."""
    good = pairs(language)
    assert len(good) == 60
    assert sum(bool(says.about(pair)) for pair in good) <= 2


@pytest.mark.parametrize("kind", ["numbers", "dates", "times", "names", "negation"])
def test_seeded_mistakes_are_noticed(says: Says, kind: str) -> None:
    """At least 95 of 100 in all languages together."""
    seen: Counter[bool] = Counter()
    for language in LANGUAGES:
        for pair in pairs(language)[::2]:
            for mistake in mistakes(pair):
                if mistake.kind == kind:
                    seen[bool(mistake.told_by & set(says.about(pair, mistake.spoiled)))] += 1
    assert seen.total() >= 60
    assert seen[True] >= 0.95 * seen.total()


@pytest.mark.parametrize(
    ("source", "target", "pair", "expected"),
    [
        ("Kom om half acht.", "Come at half past eight.", ("nl", "en"), {Doubt.TIMES}),
        ("Kom om half acht.", "Come at half past seven.", ("nl", "en"), set()),
        ("Kom om half acht.", "Come at 7:30.", ("nl", "en"), set()),
        ("Kom om half 8.", "Proszę przyjść o wpół do ósmej.", ("nl", "pl"), set()),
        ("Kom om 14:30 uur.", "Come at 2:30 p.m.", ("nl", "en"), set()),
        ("Kom om 14:30 uur.", "Come at 2:30 a.m.", ("nl", "en"), {Doubt.TIMES}),
        ("Kom om 19:30 uur.", "Come at 7:30.", ("nl", "en"), {Doubt.TIMES}),
        ("Kom om 8 uur.", "Come at 8:00.", ("nl", "en"), set()),
        ("Kom om 17 uur.", "Come at 5 pm.", ("nl", "en"), set()),
        ("Het is 12-03-2017.", "It is 12 March 2017.", ("nl", "en"), set()),
        ("Het is 12-03-2017.", "It is 3 December 2017.", ("nl", "en"), {Doubt.DATES}),
        ("Op 12/3 is het.", "It is on 12 March.", ("nl", "en"), set()),
        ("Op 12 maart.", "في ١٢ مارس.", ("nl", "ar"), set()),
        ("Op maandag.", "On Tuesday.", ("nl", "en"), {Doubt.DATES}),
        ("Het kost 1.250 euro.", "It costs 1,250 euros.", ("nl", "en"), set()),
        ("Het kost 2,50 euro.", "It costs €2.50.", ("nl", "en"), set()),
        ("Het kost 30 euro.", "It costs $30.", ("nl", "en"), {Doubt.NUMBERS}),
        ("Hij leest 2 boeken.", "Czyta dwie książki.", ("nl", "pl"), set()),
        ("Hij leest drie boeken.", "Czyta 2 książki.", ("nl", "pl"), {Doubt.NUMBERS}),
        ("Komt u?", "هل ستأتي؟", ("nl", "ar"), set()),
        ("Komt u?", "ትመጽእ ዶ፧", ("nl", "ti"), set()),
        ("Wilt u op tijd komen?", "Proszę przychodzić na czas.", ("nl", "pl"), set()),
        ("Komt u?", "Przyjdą Państwo.", ("nl", "pl"), {Doubt.QUESTION}),
        ("Hij is verlegen.", "On jest nieśmiały.", ("nl", "pl"), set()),
        ("Dat wil hij niet.", "Waa uu rabaa taas.", ("nl", "so"), set()),
        ("Hij komt niet.", "Gelmiyor.", ("nl", "tr"), set()),
        ("Hij komt niet.", "Geliyor.", ("nl", "tr"), {Doubt.NEGATION}),
        ("Hij komt niet.", "ኣይመጽእን እዩ።", ("nl", "ti"), set()),
        ("Niemand komt.", "Nikt nie przychodzi.", ("nl", "pl"), set()),
        ("Niemand komt.", "Nimeni nu vine.", ("nl", "ro"), set()),
        (
            "Hij komt niet alleen, maar met Kuba.",
            "He does not come alone but with Kuba.",
            ("nl", "en"),
            {Doubt.NEGATION},
        ),
        ("Kuba leest.", "Ewa czyta.", ("nl", "pl"), {Doubt.NAMES}),
        ("Kuba leest.", "كوبا يقرأ.", ("nl", "ar"), set()),
        ("Zij leest nu.", "Zosia czyta teraz.", ("nl", "pl"), {Doubt.NAMES}),
        (
            "Wij willen graag weten of hij goed eet.",
            "Wir möchten of hij goed eet wissen.",
            ("nl", "de"),
            {Doubt.UNTRANSLATED},
        ),
        ("Hij heeft heimwee.", "Він має heimwee.", ("nl", "uk"), {Doubt.UNTRANSLATED}),
        ("Hij heeft gisteren de hele dag gehuild.", "Tak.", ("nl", "pl"), {Doubt.LENGTH}),
        ("Hij zit in groep 3.", "He is in grade 3.", ("nl", "en"), {Doubt.GLOSSARY}),
    ],
)
def test_each_check(source: str, target: str, pair: tuple[str, str], expected: set[Doubt]) -> None:
    """One example of each kind, and of what only looks like one."""
    found = doubts(source, target, *pair, NAMES, TERMS, Unsure())
    assert set(found) == expected


def test_the_language_of_the_result_is_looked_at() -> None:
    """Only where it is certain, and only in a text that is long enough to tell."""
    texts = "Hij speelt graag buiten met vrienden.", "Speelt hij buiten met zijn vrienden."
    for detected, expected in (("nl", True), ("pl", False), (None, False)):
        found = doubts(*texts, "nl", "pl", NAMES, NO_TERMS, Unsure(detected))
        assert (Doubt.LANGUAGE in found) == expected
    assert Doubt.LANGUAGE not in doubts("Dag.", "Dag.", "nl", "pl", NAMES, NO_TERMS, Unsure("nl"))


def test_a_text_in_an_unknown_language_gives_no_verdict_on_words() -> None:
    """Numbers are still compared."""
    assert doubts("Hij komt niet op 3 mei.", "xx yy 3 zz", "nl", "xx", NAMES, NO_TERMS, Unsure()) != ()
    assert doubts("Hij komt niet, 3 keer.", "xx yyyyy zzz 3 zz", "nl", "xx", NAMES, NO_TERMS, Unsure()) == ()


def test_keys_are_stable() -> None:
    """They are stored, and each names a text."""
    assert [one.value for one in Doubt] == [
        "numbers",
        "dates",
        "times",
        "names",
        "negation",
        "question",
        "length",
        "untranslated",
        "language",
        "glossary",
    ]
