"""Commands about translators: what works between which languages, and models for the one in this process.

One harmless sentence is sent for each way that is looked at, and nothing else. No key is printed.
"""

import argparse
import re
import time
from collections.abc import Iterator, Mapping, Sequence

from bot import wiring
from bot.cli.terminal import FAULT, Commands, add, note
from bot.content.catalogues import Catalogues
from bot.content.shipped import shipped
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from bot.settings import Settings, read_settings
from bot.translation import argos_library
from bot.translation.argos_library import ModelError
from bot.translation.errors import (
    BadAnswerError,
    KeyRefusedError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.translation.order import Order, Pair
from bot.translation.ports import Provider

SCHOOL = "nl"
# "Good morning." as each language says it; nobody is named.
GREETINGS = {
    "ar": "صباح الخير.",
    "bg": "Добро утро.",
    "de": "Guten Morgen.",
    "en": "Good morning.",
    "es": "Buenos días.",
    "nl": "Goedemorgen.",
    "pl": "Dzień dobry.",
    "ro": "Bună dimineața.",
    "so": "Subax wanaagsan.",
    "ti": "ከመይ ሓዲርኩም።",
    "tr": "Günaydın.",  # noqa: RUF001
    "uk": "Доброго ранку.",
}
_PAIR = re.compile("([a-z]{2,3})-([a-z]{2,3})")
_REFUSES = "refuses; are key and address right, and is it allowed by the school's plan?"
_FAULTS: dict[type[TranslationError], str] = {
    UnavailableError: "does not answer; is it started, and can this computer reach it?",
    TooManyError: "asks to wait; it was asked too much, or what the school paid for is used up.",
    RefusedError: _REFUSES,
    KeyRefusedError: _REFUSES,
    BadAnswerError: "answers something that is no translation; is the address right?",
    UnsupportedPairError: "no longer translates this.",
}
Line = tuple[str, str]  # a level as the doctor has them, and a sentence


def register(commands: Commands) -> None:
    """`translators` can be typed."""
    parser = add(
        commands,
        "translators",
        _look,
        "Say which languages are translated, by whom and how fast; each way is tried with one harmless sentence.",
    )
    parser.add_argument(
        "--pair",
        action="append",
        metavar="FROM-TO",
        help=f"only this one, like pl-{SCHOOL}; may be given several times",
    )
    install = add(
        parser.add_subparsers(metavar="ACTION"),
        "install",
        _install,
        "Fetch models for argos, to and from these languages, or take them from files.",
    )
    install.add_argument("wanted", nargs="+", metavar="LANGUAGE", help="like pl, or a FILE.argosmodel")


def _look(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    if not settings.translators:
        note("None is switched on: free words are shown in the original. TRANSLATORS switches one on.")
        return 0
    faults = 0
    for level, sentence in _looked(settings, _pairs(options.pair)):
        print(f"{level:5} {sentence}", flush=True)
        faults += level == "fault"
    return FAULT if faults else 0


def _pairs(typed: Sequence[str] | None) -> list[Pair]:
    """The ways to look at: those that were typed, or between Dutch and every language shipped."""
    if typed is None:
        others = [language for language in Catalogues(shipped("locales")).languages if language != SCHOOL]
        return [way for other in others for way in ((other, SCHOOL), (SCHOOL, other))]
    found = [_PAIR.fullmatch(one) for one in typed]
    if not all(found):
        raise OperatorError(f"Name a pair by two languages, like pl-{SCHOOL}.")
    return [(one[1], one[2]) for one in found if one]


def _looked(settings: Settings, pairs: Sequence[Pair]) -> Iterator[Line]:
    providers = wiring.translators(settings)
    order = Order(providers, Clock(settings.school_timezone), only_for=settings.translators_for)
    offered: dict[str, frozenset[Pair]] = {}
    for provider in providers:
        where = "outside the school's network" if provider.outside else "inside the school's network"
        try:
            offered[provider.name] = provider.pairs()
        except TranslationError as error:
            yield "fault", f"{provider.name} ({where}) {_FAULTS[type(error)]}"
        else:
            yield "ok", f"{provider.name} ({where}) answers."
    for pair in pairs:
        able = [one for one in order.of(*pair) if pair in offered.get(one.name, frozenset())]
        if not able:
            yield "note", f"{' to '.join(pair)}: nobody translates this; a person has to help."
        for provider in able:
            level, sentence = _tried(provider, pair)
            yield level, f"{' to '.join(pair)}: {sentence}"
            if level == "ok":
                break


def _tried(provider: Provider, pair: Pair) -> Line:
    """What came of one harmless sentence."""
    began_s = time.monotonic()
    try:
        provider.translate([GREETINGS.get(pair[0], GREETINGS[SCHOOL])], *pair)
    except TranslationError as error:
        return "fault", f"{provider.name} {_FAULTS[type(error)]}"
    return "ok", f"{provider.name}, {time.monotonic() - began_s:.2f} s."


def _install(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    try:
        for model in argos_library.install(settings.models_dir, options.wanted):
            print(f"Installed: {model}.", flush=True)
    except (ModelError, ValueError) as fault:
        raise OperatorError(fault.sentence if isinstance(fault, ModelError) else str(fault)) from None
    if "argos" not in settings.translators:
        note("Name argos in TRANSLATORS to use what is installed.")
    return 0
