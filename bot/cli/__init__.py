"""The commands of `oudergesprek`: what a school's operator types, and what stands in the terminal.

Results go to standard output, notes and faults to standard error, one sentence each. Names and links may be printed:
the operator is the school. Secrets of the environment never are.
"""

import argparse
import os
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import DBAPIError

from bot.cli import care, content, database, dead_letters, doctor, dossier, logs, people, run, translators
from bot.cli.terminal import FAULT, Command, note
from bot.model.errors import NotFoundError, OperatorError
from bot.settings import SettingsError

SUBJECTS = (run, database, care, doctor, translators, content, people, dossier, dead_letters)


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """The command was carried out; the exit code is 0, or FAULT with one sentence on standard error."""
    if arguments is None:  # this process is ours alone
        logs.begin()
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options, os.environ if environment is None else environment)
    except KeyboardInterrupt:
        return 0
    except (SettingsError, OperatorError, NotFoundError, DBAPIError, OSError) as fault:
        note(_sentence(fault))
        return FAULT


def _sentence(fault: Exception) -> str:
    if isinstance(fault, NotFoundError):
        return "Nobody and nothing is known here by this id, or this person may not see it."
    if isinstance(fault, DBAPIError):
        return "The database at DATABASE_URL cannot be used; is it there, free and not full?"
    if isinstance(fault, OSError):
        return f"{fault.filename or 'A file'}: {fault.strerror or 'it cannot be used'}."
    return str(fault)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="oudergesprek", description="A chat assistant for the talks between parents and a school."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for subject in SUBJECTS:
        subject.register(commands)
    return parser
