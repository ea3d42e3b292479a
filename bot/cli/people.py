"""Commands about people: the roster, and the ways in."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bot.assistant import notices
from bot.cli.content import switching_on
from bot.cli.database import open_house
from bot.cli.terminal import FAULT, Commands, add, is_loopback, note, write_private
from bot.content.catalogues import SHIPPED_LANGUAGES, own_name
from bot.content.school_file import FILE_NAME
from bot.model.errors import OperatorError
from bot.model.people import Role
from bot.model.privacy import PassPurpose
from bot.services import invitations, language, letters, passes, people, roster
from bot.services.roster import Change, Problem, Reason
from bot.settings import read_settings

ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  (to be recognised, not to listen at)

ROSTER_SENTENCES = {
    Reason.NOT_UTF8: "this is not UTF-8 text; save the file as CSV UTF-8",
    Reason.EMPTY: "the file has no rows",
    Reason.BROKEN_CSV: "a quotation mark is not closed or stands in the wrong place",
    Reason.MISSING_COLUMN: "the column is missing",
    Reason.COLUMN_TWICE: "the column stands there twice",
    Reason.CELL_COUNT: "the row has more or fewer cells than the header",
    Reason.EMPTY_CELL: "the cell is empty",
    Reason.TOO_LONG: "the cell is too long",
    Reason.CONTROL_CHARACTER: "the cell holds a character that cannot be seen",
    Reason.UNKNOWN_ROLE: "use guardian, teacher, lead or coordinator",
    Reason.UNKNOWN_SCHOOL_TYPE: "use bao or sbo",
    Reason.GRADE: "use a number from 1 to 8",
    Reason.AUTHORITY: "use yes or no",
    Reason.LANGUAGE: "use a language code such as nl, pl or ti",
    Reason.NOT_FOR_STAFF: "this belongs to a guardian's row only",
    Reason.CONTRADICTION: "this contradicts another row",
    Reason.ROW_TWICE: "this relation stands there twice",
}


def register(commands: Commands) -> None:
    """`import`, `invitations`, `letters` and `sign-in` can be typed."""
    importing = add(commands, "import", _import, "Bring the people in line with a roster.")
    importing.add_argument("file", type=Path, metavar="FILE.csv")
    importing.add_argument("--end-missing", action="store_true", help="end relations that have no row")
    inviting = add(commands, "invitations", _invitations, "Make links for everybody who has not joined.")
    inviting.add_argument("--format", choices=("text", "json"), default="text")
    inviting.add_argument("--replace", action="store_true", help="earlier links stop working")
    printing = add(
        commands, "letters", _letters, "Write a printable letter for every guardian who has not joined."
    )
    printing.add_argument("file", type=Path, metavar="FILE.html")
    signing = add(
        commands, "sign-in", _sign_in, "Make a one-time link to the desk, or for a guardian to the dossier."
    )
    signing.add_argument("person", metavar="PERSON", help="an id of the roster")


def _import(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    rows, problems = roster.read_roster(options.file.read_bytes())
    if problems:
        for problem in problems:
            print(_problem_line(options.file, problem), file=sys.stderr)
        note("Nothing was imported.")
        return FAULT
    with open_house(environment) as house, house.database.writing() as session:
        changes = roster.apply(session, house.tools, rows, end_missing=options.end_missing)
        notices.tell_all(session, house.tools, house.texts)
        wishes = language.wishes(session, house.tools.languages)
    for change in changes:
        print(_change_line(change))
    print(_count_line(len(changes)))
    for sentence in about_wishes(wishes, house.tools.languages):
        note(sentence)
    return 0


def about_wishes(wishes: Mapping[str, int], on: Sequence[str]) -> list[str]:
    """What the operator reads about languages that people of the roster have and that are off."""
    off = [code for code in sorted(wishes) if code in SHIPPED_LANGUAGES and code not in on]
    said = [f"{own_name(code)} ({code}) is off; of the roster {wishes[code]} would read it." for code in off]
    if off:
        said.append(f"To switch on what people read, write in {FILE_NAME}: {switching_on(on, *off)}")
    return said


def _problem_line(file: Path, problem: Problem) -> str:
    column = f"{problem.column}: " if problem.column else ""
    other = f" (line {problem.other_line})" if problem.other_line else ""
    return f"{file}:{problem.line}: {column}{ROSTER_SENTENCES[problem.reason]}{other}"


def _change_line(change: Change) -> str:
    if change.before is not None or change.kind is roster.ChangeKind.CHANGED:
        return f"{change.kind}: {change.what}: {change.before or 'none'} -> {change.after or 'none'}"
    return f"{change.kind}: {change.what}" + (f" ({change.after})" if change.after else "")


def _count_line(changes: int) -> str:
    return "Nothing changed." if not changes else "1 change." if changes == 1 else f"{changes} changes."


def _note_if_only_here(environment: Mapping[str, str]) -> None:
    """Who hands out links that no phone can open is told so."""
    host = urlsplit(read_settings(environment).public_url).hostname or ""
    if is_loopback(host) or host in ANY_ADDRESS:
        note(
            "PUBLIC_URL is not set to an address that phones can open: these links work on this computer only."
        )


def _invitations(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with open_house(environment, ask_telegram=True) as house, house.database.writing() as session:
        made: list[tuple[str, dict[str, str | None]]] = []
        for person in people.not_joined(session):
            if options.replace:
                invitations.revoke_all(session, house.tools, person)
            links = letters.links_of(house.tools, invitations.invite(session, house.tools, person))
            entry = {
                "person": person.roster_id,
                "role": people.roles_of(session, person)[0].value,
                "language": person.language,
                "telegram": links.telegram,
                "web": links.web,
            }
            made.append((person.name, entry))
    _note_if_only_here(environment)
    if options.format == "json":
        print(json.dumps([entry for _, entry in made], indent=2, ensure_ascii=False))
        return 0
    for name, entry in made:
        print(f"{entry['person']}\t{name}\t{entry['role']}\t{entry['language']}")
        print("\n".join(f"\t{entry[door]}" for door in ("web", "telegram") if entry[door]))
    if not made:
        note("Everybody has joined.")
    return 0


def _letters(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with open_house(environment, ask_telegram=True) as house, house.database.writing() as session:
        write_private(options.file, letters.print_letters(session, house.tools, house.texts))
    _note_if_only_here(environment)
    print(f"The letters stand in {options.file}; keep it like a key, for each link opens a door.")
    return 0


def _sign_in(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with open_house(environment) as house, house.database.writing() as session:
        person = people.by_roster_id(session, options.person)
        roles = people.roles_of(session, person)
        if not roles:
            raise OperatorError("This person has no role at the school any more.")
        if person.closed_at is not None:
            raise OperatorError("The head of the school closed the account of this person.")
        purpose = PassPurpose.DOSSIER if roles == [Role.GUARDIAN] else PassPurpose.DESK
        token = passes.issue(session, house.tools, person, purpose)
    print(f"{house.tools.public_url}/in/{token}")
    note(f"The link works once, within {passes.LIFETIME_MINUTES} minutes.")
    return 0
