"""Commands about what people edit: dialogs, texts, school.yaml."""

import argparse
from collections.abc import Mapping

from bot.cli.terminal import Commands, add
from bot.content import checks, extraction
from bot.content.school_file import read_school_file
from bot.settings import read_settings


def register(commands: Commands) -> None:
    """`check` can be typed."""
    check = add(commands, "check", _check, "List everything wrong in dialogs, texts and school.yaml.")
    check.add_argument(
        "--update-catalogues", action="store_true", help="bring the .po files up to date first"
    )


def _check(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    if options.update_catalogues:
        for problem in extraction.update_catalogues():
            print(problem)
    problems = checks.check(school_dialogs=settings.dialogs_dir)
    problems += read_school_file(settings.data_dir).problems
    for problem in problems:
        print(f"note: {problem}" if problem.note else problem)
    wrong = sum(not problem.note for problem in problems)
    print("Everything is complete." if not wrong else f"{wrong} to mend.")
    return 1 if wrong else 0
