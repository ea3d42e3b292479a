"""Databases to measure on: parents who stand at their first question, and any number of answers of earlier years."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, text, update

from bot.assistant import speech
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import DoorKind
from bot.model.preparation import Answer
from bot.model.rhythm import NO_QUIET
from bot.settings import read_settings
from bot.storage.database import Database
from bot.wiring import wire
from tests.fake_telegram import FakeTelegram
from tests.faults.school import LANGUAGES_ON, open_school
from tests.telegram_rules import Json

BATCH = 100
OF_ONE_RUN = 20  # answers
FIRST_OLD = 1_000_000  # no row of the parents who are measured has so high a number
OLD_ANSWERS = Path(__file__).with_name("old_answers.sql")


@dataclass(frozen=True)
class Begun:
    """What a parent who stands at the first question sees in the chat, oldest first."""

    chat: int
    messages: Sequence[tuple[str, list[list[Json]]]]  # HTML and buttons

    def show(self, telegram: FakeTelegram) -> None:
        """It stands in the chat."""
        for html, buttons in self.messages:
            telegram.show(self.chat, html, buttons)


def begun_school(url: str, chats: Sequence[int]) -> list[Begun]:
    """An empty database becomes a school whose parents all have opened their preparation and read the question."""
    open_school(url, chats)
    with TemporaryDirectory() as folder:
        Path(folder, "school.yaml").write_text(LANGUAGES_ON)
        house = wire(read_settings({"DATABASE_URL": url, "DATA_DIR": folder}), rhythm=NO_QUIET)
    now = house.tools.clock.now()
    for first in range(0, len(chats), BATCH):
        house.reception.take(
            [
                Incoming(
                    key=f"begin:{chat}",
                    door_kind=DoorKind.TELEGRAM.value,
                    address=str(chat),
                    kind=InputKind.COMMAND,
                    at=now,
                    text="prepare",
                )
                for chat in chats[first : first + BATCH]
            ]
        )
    shown = _delivered(house.database)
    house.close()
    return [Begun(chat, shown[str(chat)]) for chat in chats]


def _delivered(database: Database) -> dict[str, list[tuple[str, list[list[Json]]]]]:
    """What waited to go out, by address; now it counts as sent, numbered as the first messages of a chat."""
    shown: defaultdict[str, list[tuple[str, list[list[Json]]]]] = defaultdict(list)
    sent: list[Json] = []
    with database.writing() as session:
        for outgoing in session.scalars(select(Outgoing).order_by(Outgoing.id)):
            rows = [
                [{"text": button.label, "callback_data": button.id} for button in row]
                for row in speech.visible_buttons(outgoing)
            ]
            shown[outgoing.address].append((outgoing.body, rows))
            sent.append(
                {
                    "id": outgoing.id,
                    "state": OutgoingState.SENT.value,
                    "sent_at": outgoing.made_at,
                    "telegram_message_id": len(shown[outgoing.address]),
                }
            )
        session.execute(update(Outgoing), sent)
    return shown


def add_old_answers(url: str, count: int) -> None:
    """So many answers of other parents stand in a SQLite school, with their words, messages and marks."""
    database = Database(url)
    numbers = {"first": FIRST_OLD, "answers": count, "runs": count // OF_ONE_RUN}
    with database.writing() as session:
        for statement in OLD_ANSWERS.read_text().split(";\n"):
            session.execute(text(statement), numbers)
    database.close()


def count_answers(url: str) -> int:
    """How many answers stand in the database."""
    database = Database(url)
    with database.reading() as session:
        counted = session.scalar(select(func.count(Answer.id))) or 0
    database.close()
    return counted


def bodies(url: str) -> dict[int, list[str]]:
    """What was to be said in each chat, in the order in which it was written."""
    database = Database(url)
    said: defaultdict[int, list[str]] = defaultdict(list)
    with database.reading() as session:
        for address, body in session.execute(select(Outgoing.address, Outgoing.body).order_by(Outgoing.id)):
            said[int(address)].append(body)
    database.close()
    return said
