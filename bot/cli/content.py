"""Commands about what people edit: dialogs, texts, school.yaml."""

import argparse
from collections.abc import Mapping, Sequence

from bot.cli.terminal import Commands, add
from bot.content import checks, extraction
from bot.content.catalogues import SHIPPED_LANGUAGES, Catalogues, own_name
from bot.content.plain_language import MOST_WORDS, Measured, word_list
from bot.content.reviewing import languages_on, progress_of
from bot.content.school_file import FILE_NAME, read_school_file
from bot.content.shipped import shipped
from bot.settings import Settings, read_settings

COLUMNS = ("", "", "texts", "complete", "fresh", "reviewed", "approved", "on")


def register(commands: Commands) -> None:
    """`check` can be typed."""
    check = add(commands, "check", _check, "List everything wrong in dialogs, texts and school.yaml.")
    check.add_argument(
        "--update-catalogues", action="store_true", help="bring the .po files up to date first"
    )
    check.add_argument(
        "--plain", action="store_true", help="measure how plain the Dutch is, and list rare words too"
    )
    check.add_argument("--audio", action="store_true", help="list the questions without a recording too")
    check.add_argument(
        "--languages", action="store_true", help="count the texts of each language instead of checking them"
    )


def switching_on(on: Sequence[str], *more: str) -> str:
    """What school.yaml must say for these languages to be on as well."""
    return f"languages: [{', '.join(dict.fromkeys((*on, *more)))}]"


def _check(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    if options.languages:
        _count(settings)
        return 0
    if options.update_catalogues:
        for problem in extraction.update_catalogues():
            print(problem)
    problems = checks.check(school_dialogs=settings.dialogs_dir)
    problems += read_school_file(settings.data_dir).problems
    plain = checks.plain_dutch(
        school_dialogs=settings.dialogs_dir, frequency=word_list() if options.plain else None
    )
    problems += [*plain.too_long, *(plain.rare_places if options.plain else [])]
    for problem in problems:
        print(f"note: {problem}" if problem.note else problem)
    if options.plain:
        _measured(plain)
    if options.audio:
        for one in checks.recordings(school_dialogs=settings.dialogs_dir):
            done = one.questions - len(one.missing)
            missing = f"; missing: {', '.join(one.missing)}" if one.missing else ""
            print(f"recordings of '{one.dialog}' in {one.language}: {done} of {one.questions}{missing}")
    wrong = sum(not problem.note for problem in problems)
    print("Everything is complete." if not wrong else f"{wrong} to mend.")
    return 1 if wrong else 0


def _measured(plain: Measured) -> None:
    """How plain the Dutch is, in figures."""
    share = "not known" if plain.rare_share is None else f"{plain.rare_share:.1f} %"
    for name, figure in (
        ("texts", f"{plain.texts}"),
        ("sentences", f"{plain.sentences}"),
        ("words", f"{plain.words}"),
        ("words in a sentence, on average", f"{plain.average:.1f}"),
        ("words in the longest sentence", f"{plain.longest}"),
        (f"sentences of more than {MOST_WORDS} words", f"{len(plain.too_long)}"),
        ("rare words", share),
    ):
        print(f"{name:<40}{figure:>10}")
    if plain.rare is None:
        print("To see rare words, install the list of words: pip install 'oudergesprek[plain]'")
    elif plain.rare:
        print(f"rare: {', '.join(f'{word} ({count})' for word, count in plain.rare)}")


def _count(settings: Settings) -> None:
    """A table of the shipped languages: how many texts, how many translated, up to date and read by a native."""
    catalogues = Catalogues(shipped("locales"))
    on = languages_on(catalogues, read_school_file(settings.data_dir).languages)
    rows: list[tuple[str, ...]] = [COLUMNS]
    for language in SHIPPED_LANGUAGES:
        found = progress_of(catalogues, language)
        counts = (found.texts, found.complete, found.fresh, found.reviewed)
        marks = ("yes" if found.approved else "no", "yes" if language in on else "no")
        rows.append((language, own_name(language), *map(str, counts), *marks))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        cells += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        print("  ".join(cells).rstrip())
    if off := [language for language in SHIPPED_LANGUAGES if language not in on]:
        print(f"To switch on one that is off, write in {FILE_NAME}, for example: {switching_on(on, off[0])}")
