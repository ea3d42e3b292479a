"""Commands about messages that were set aside. They show ids and reasons, never a word."""

import argparse
from collections.abc import Mapping, Sequence

from bot.cli.database import open_house
from bot.cli.terminal import FAULT, Commands, add, confirmed, note
from bot.model.errors import DomainError, NotFoundError, OperatorError
from bot.services import dead_letters
from bot.wiring import House

ALL = "all"


def register(commands: Commands) -> None:
    """`dead-letters` can be typed."""
    letters = add(
        commands, "dead-letters", _list, "List messages that were set aside; try them again, or let them go."
    )
    actions = letters.add_subparsers(metavar="ACTION")
    retry = add(actions, "retry", _retry, "Take or send messages again; who wrote them is answered.")
    drop = add(actions, "drop", _drop, "Delete messages for good: there is no other copy.")
    drop.add_argument("--yes", action="store_true", help="do not ask")
    for action in (retry, drop):
        action.add_argument("ids", nargs="+", metavar="ID", help=f"as the list names them, or '{ALL}'")


def _list(_options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with open_house(environment) as house, house.database.reading() as session:
        letters = dead_letters.listed(session)
        zone = house.tools.clock.zone
    for letter in letters:
        way = "to a person" if letter.outgoing else "from a person"
        print(f"{letter.id}\t{letter.made_at.astimezone(zone):%Y-%m-%d %H:%M}\t{way}\t{letter.reason}")
    if not letters:
        note("Nothing is set aside.")
    return 0


def _retry(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    failed = 0
    with open_house(environment) as house:
        for letter_id in _ids(house, options.ids):
            sentence, well = _tried(house, letter_id)
            print(f"{letter_id}\t{sentence}")
            failed += not well
    return FAULT if failed else 0


def _tried(house: House, letter_id: int) -> tuple[str, bool]:
    """What became of it, and whether it stands no longer aside."""
    try:
        if _is_outgoing(house, letter_id):
            with house.database.writing() as session:
                dead_letters.send_again(session, house.tools, dead_letters.find(session, letter_id))
            return "It will be sent again.", True
        if house.reception.take_again(letter_id):
            return "It is taken.", True
    except NotFoundError:
        return "There is no dead letter with this id.", False
    except DomainError:
        return "Of this person, not welcomed yet, no words were kept; it can only be dropped.", False
    return "It was set aside again, with a new id.", False


def _is_outgoing(house: House, letter_id: int) -> bool:
    with house.database.reading() as session:
        return "outgoing" in dead_letters.find(session, letter_id).content


def _drop(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    with open_house(environment) as house:
        ids = _ids(house, options.ids)
        question = f"Delete {len(ids)} for good?"
        if not ids or not (options.yes or confirmed(question)):
            note("Nothing was deleted.")
            return 0
        with house.database.writing() as session:
            for letter_id in ids:
                dead_letters.drop(session, house.tools, dead_letters.find(session, letter_id))
    print(f"Deleted: {len(ids)}.")
    return 0


def _ids(house: House, written: Sequence[str]) -> list[int]:
    """The ids that were typed. Raises OperatorError for what is no number."""
    if list(written) == [ALL]:
        with house.database.reading() as session:
            return [letter.id for letter in dead_letters.listed(session)]
    if not all(one.isascii() and one.isdigit() for one in written):
        raise OperatorError(f"Name dead letters by their numbers, or '{ALL}'.")
    return [int(one) for one in written]
