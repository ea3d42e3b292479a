"""Whatever people do at their doors, in any order, twice or after a restart: no crash, nothing lost or leaked."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.reception import Reception
from bot.assistant.speech import action_of, visible_buttons
from bot.content.texts import Texts
from bot.dialog.typed import is_blank
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import DeadLetter, Outgoing
from bot.model.people import Door, DoorKind
from bot.model.preparation import Answer, AnswerHistory, Run, Share
from bot.model.privacy import AuditLine
from bot.model.translation import Saying, Translation
from bot.services import privacy, sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import catalogues, copy_school, open_door, tools_for
from tests.storage.ready import make_tables

START = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
PHONES = ("agnieszka", "pieter", "pieter_new", "marieke")  # the third is not confirmed
OWNERS = {"agnieszka": "agnieszka", "pieter": "pieter", "pieter_new": "pieter", "marieke": "marieke"}
PARENTS = ("agnieszka", "pieter")
REMOVES = {"loose.remove", "preparation.tap", "privacy.withdraw_sure"}
SECRET = "zq"  # what a parent says carries it, and nothing else does

Deed = tuple[Any, ...]

# What people mostly do: an action, or an action and the wish it carries; the newest such button is tapped.
GOES = [
    *(["preparation.open", "preparation.tap skip", "preparation.tap skip", "preparation.share"] * 2),
    *(["preparation.tap choose", "preparation.tap ready", "menu.chosen", "preparation.each"]),
    *(["preparation.one", "preparation.share_one", "preparation.hold_back", "preparation.tap change"]),
    *(["preparation.tap back", "preparation.tap stop", "preparation.more", "preparation.tap review"]),
    *(["preparation.ask_start_over", "preparation.tap start_over", "menu.open", "menu.more"]),
    *(["privacy.withdraw", "privacy.withdraw_sure", "privacy.undo", "loose.remove", "loose.message"]),
    *(["loose.answer", "loose.question", "loose.addition", "messages.open", "dossier.open", "dossier.add"]),
    *(
        [
            "dossier.kind",
            "group.open",
            "group.child",
            "group.write",
            "proposals.start",
            "proposals.tap choose",
        ]
    ),
    *(["proposals.finish", "agreements.confirm", "agreements.understood", "agreements.teach_back"]),
    *(["agreements.wish_change", "messages.answer", "language.choose", "doors.end_own", "doors.end_sure"]),
]

# Before each example: menus stand everywhere, Pieter is at his review, Agnieszka has shared and been proposed to.
BEFORE: list[Deed] = [
    *(("command", phone, "menu") for phone in PHONES),
    ("go", "pieter", "preparation.open"),
    ("say", "pieter", "Een vrolijke jongen."),
    ("go", "pieter", "preparation.tap choose"),
    ("go", "pieter", "preparation.tap ready"),
    ("say", "pieter", "Lang stilzitten."),
    ("go", "pieter", "preparation.tap choose"),
    ("go", "agnieszka", "preparation.open"),
    ("go", "agnieszka", "menu.chosen"),
    ("say", "agnieszka", "Lubi budować."),
    ("go", "agnieszka", "preparation.tap skip"),
    ("say", "agnieszka", "Hałas."),
    ("go", "agnieszka", "preparation.tap skip"),
    ("go", "agnieszka", "preparation.share"),
    ("go", "marieke", "group.child"),
    ("go", "marieke", "proposals.start"),
    ("say", "marieke", "Elke avond lezen jullie tien minuten."),
    ("go", "marieke", "proposals.tap choose"),
    ("go", "marieke", "proposals.tap choose"),
    ("go", "marieke", "proposals.tap choose"),
    ("go", "marieke", "proposals.finish"),
    ("go", "agnieszka", "preparation.each"),
    ("go", "agnieszka", "preparation.one"),
    ("go", "agnieszka", "menu.open"),
    ("go", "agnieszka", "menu.more"),
    ("go", "agnieszka", "privacy.withdraw"),
    ("go", "pieter", "preparation.ask_start_over"),
]

who = st.sampled_from(PHONES)
texts_said = st.one_of(
    st.sampled_from(["", " ", "\u200e", "Lezen", "vaak", "<b>&amp;", "%(name)s {{ 1 }}", "x" * 4500]),
    st.text(max_size=20),
)
deeds: st.SearchStrategy[Deed] = st.one_of(
    *(st.tuples(st.just("go"), who, st.sampled_from(GOES)) for _weight in range(5)),
    st.tuples(st.just("tap"), who, st.integers(0, 14)),
    st.tuples(st.just("tap"), who, st.integers(0, 400)),
    st.tuples(st.just("say"), who, texts_said),
    st.tuples(st.just("say"), who, texts_said),
    st.tuples(st.sampled_from(["voice", "photo", "sticker"]), who),
    st.tuples(st.just("correct"), who, st.integers(0, 5), texts_said),
    st.tuples(
        st.just("command"),
        who,
        st.sampled_from(
            ["start", "menu", "help", "language", "prepare", "write", "dossier", "agreements", "no"]
        ),
    ),
    st.tuples(st.just("forge"), who, st.sampled_from(["0.0", "1.0", "5.1", "99999.0", "x", "7.-1", "1.1.1"])),
    st.tuples(st.just("again"), st.integers(0, 30)),
    st.tuples(st.just("later"), st.sampled_from([1, 30, 24 * 8])),
    st.tuples(st.just("restart")),
)


def short(tools: Tools) -> Tools:
    """A preparation of four questions of different kinds, so that a few taps lead to its review."""
    begin = tools.scripts["begin"]
    questions = tuple(one for one in begin.questions if one.id in {"BO01", "BO02", "BO04", "BO05"})
    return replace(tools, scripts={**tools.scripts, "begin": replace(begin, questions=questions)})


@dataclass
class Play:
    """One run of the school with its four phones; every deed is checked as it is done."""

    name: str  # keys of different plays in one school differ
    url: str
    texts: Texts
    clock: MovableClock
    person_ids: dict[str, int]
    database: Database = field(init=False)
    taken: list[Incoming] = field(default_factory=list)
    messages: dict[str, list[str]] = field(default_factory=dict)  # phone -> keys of what was said there

    def __post_init__(self) -> None:
        self.tools = short(replace(tools_for(self.clock), translates=True))
        self.restart()

    def restart(self) -> None:
        """The program knows only what is stored."""
        if hasattr(self, "database"):
            self.database.close()
        self.database = Database(self.url)

    def do(self, deed: Deed) -> None:
        """One deed, and what must be true after it."""
        match deed:
            case ("restart",):
                self.restart()
            case ("later", hours):
                self.clock.move(hours=hours)
                with self.database.writing() as session:
                    privacy.erase_due(session, self.tools)
            case ("again", number):
                if self.taken:
                    self.take_again(self.taken[number % len(self.taken)])
            case (kind, phone, *rest):
                self.person_does(kind, phone, rest)
        self.holds_now()

    def person_does(self, kind: str, phone: str, rest: Sequence[Any]) -> None:
        """The person's deed comes in; words are kept, and are gone only where their owner asked for it."""
        number = len(self.taken)
        words = ""
        removes = False
        given: dict[str, Any] = {"message_key": f"{self.name}-m{number}"}
        match kind, rest:
            case (("tap" | "go"), (chosen,)):
                button, removes = self.button(phone, chosen)
                incoming_kind = InputKind.TAP
                given = {"button": button}
            case "forge", (button,):
                incoming_kind, given = InputKind.TAP, {"button": button}
            case "command", (name,):
                incoming_kind, given = InputKind.COMMAND, {"text": name}
            case "correct", (place, text):
                earlier = self.messages.get(phone, [])
                words = self.worded(phone, number, text)
                key = earlier[-1 - place % len(earlier)] if earlier else "never"
                incoming_kind, given, removes = (
                    InputKind.CORRECTION,
                    {"text": words, "message_key": key},
                    True,
                )
            case "say", (text,):
                words = self.worded(phone, number, text)
                incoming_kind, given["text"] = InputKind.WORDS, words
                self.messages.setdefault(phone, []).append(given["message_key"])
            case _:
                incoming_kind = {"sticker": InputKind.UNREADABLE}.get(kind) or InputKind(kind)
                given["file_id"] = f"file-{number}"
        before = self.kept()
        is_open = self.is_open(phone)
        incoming = Incoming(
            key=f"{self.name}-k{number}",
            door_kind=(DoorKind.WEB if phone == "pieter" else DoorKind.TELEGRAM).value,
            address=phone,
            kind=incoming_kind,
            at=self.clock.now(),
            **given,
        )
        self.taken.append(incoming)
        Reception(self.database, self.tools, self.texts).take([incoming])
        after = self.kept()
        assert removes or before <= after
        if kind == "say" and is_open and OWNERS[phone] in PARENTS and SECRET in words:
            assert words in after
        self.take_again(incoming)

    def worded(self, phone: str, number: int, text: str) -> str:
        """What is said: a parent's words can be told from everybody else's."""
        if is_blank(text) or OWNERS[phone] not in PARENTS:
            return text
        return f"{text} {SECRET}{OWNERS[phone]}{number}"

    def take_again(self, incoming: Incoming) -> None:
        """The messenger delivers it a second time: nothing at all changes."""
        before = self.dump()
        Reception(self.database, self.tools, self.texts).take([incoming])
        assert self.dump() == before

    def button(self, phone: str, chosen: int | str) -> tuple[str, bool]:
        """One of all buttons this phone ever showed, the newest first, and whether it removes words.

        Chosen by its place, or by what it does; where there is none, an invented one.
        """
        with self.database.reading() as session:
            query = select(Outgoing).where(Outgoing.address == phone).order_by(Outgoing.id.desc())
            shown = [
                (button.id, action_of(row, int(button.id.partition(".")[2])) or {})
                for row in session.scalars(query)
                for line in reversed(visible_buttons(row))
                for button in reversed(line)
            ]
        if isinstance(chosen, str):
            shown = [
                (button, action)
                for button, action in shown
                if chosen in {action.get("do"), f"{action.get('do')} {action.get('wish')}"}
            ]
        place = chosen if isinstance(chosen, int) else 0
        button, action = shown[place % len(shown)] if shown else ("1.0", {})
        return button, action.get("do") in REMOVES

    def kept(self) -> set[str]:
        """All words of parents that are kept."""
        with self.database.reading() as session:
            return {words for words in session.scalars(select(Saying.original)) if SECRET in words}

    def is_open(self, phone: str) -> bool:
        """Whether the phone is still connected."""
        with self.database.reading() as session:
            query = select(Door.id).where(Door.address == phone, Door.ended_at.is_(None))
            return session.scalar(query) is not None

    def dump(self) -> list[list[Any]]:
        """Every row of every table, as the driver gives it: nothing is faster, and it is done for every deed."""
        with self.database.engine.connect() as connection:
            return [
                [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608
                for name in metadata.tables
            ]

    def holds_now(self) -> None:
        """What must be true at any moment."""
        with self.database.reading() as session:
            assert session.scalars(select(DeadLetter.reason)).all() == []
            self.nobody_reads_others(session)
            self.only_what_is_shared_is_translated(session)
            self.nothing_lies_about(session)
            for column in (Door.state, Run.state, AuditLine.data):
                assert all(SECRET not in str(value) for value in session.scalars(select(column)))

    def nobody_reads_others(self, session: Session) -> None:
        """A parent's words stand in that parent's own confirmed chats only."""
        for row in session.scalars(select(Outgoing)):
            text = f"{row.body}{row.buttons}{row.parameters}"
            for owner in PARENTS:
                if f"{SECRET}{owner}" in text:
                    assert OWNERS[row.address] == owner
                    assert row.address != "pieter_new"

    def only_what_is_shared_is_translated(self, session: Session) -> None:
        """No translator is asked for an answer that the school may not read, or for words that are for nobody yet."""
        for translation in session.scalars(select(Translation)):
            saying = translation.saying
            if saying.author_id not in {self.person_ids[owner] for owner in PARENTS}:
                continue
            assert sayings.is_used(session, saying)
            answer = session.scalar(select(Answer).where(Answer.saying_id == saying.id))
            if answer is not None:
                assert answer.share == Share.SHARED
                assert answer.run.withdrawn_at is None
            past = session.scalar(select(AnswerHistory.id).where(AnswerHistory.saying_id == saying.id))
            assert past is None

    def nothing_lies_about(self, session: Session) -> None:
        """Words that nothing stands on are ones whose owner was asked what they are for."""
        asked_about = {
            made["action"].get("saying")
            for buttons in session.scalars(select(Outgoing.buttons))
            for line in buttons
            for made in line
            if "action" in made
        }
        asked_about |= {
            made["action"]["then"].get("saying")
            for buttons in session.scalars(select(Outgoing.buttons))
            for line in buttons
            for made in line
            if "then" in made.get("action", {})
        }
        for saying in session.scalars(select(Saying)):
            if saying.author_id in {self.person_ids[owner] for owner in PARENTS}:
                assert sayings.is_used(session, saying) or saying.id in asked_about


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A school in which the phones are open, one of them not confirmed; and who is who."""
    path = tmp_path_factory.mktemp("any-sequence") / "school.db"
    clock = MovableClock(start=START)
    database = Database(f"sqlite:///{path}")
    make_tables(database)
    cast = copy_school(database, clock)
    with database.writing() as session:
        for phone, owner in OWNERS.items():
            kind = DoorKind.WEB if phone == "pieter" else DoorKind.TELEGRAM
            person = getattr(cast, owner)
            session.get_one(type(person), person.id).language = "en"
            open_door(session, clock, person, kind, phone, confirmed=phone != "pieter_new")
    database.close()
    person_ids = {owner: getattr(cast, owner).id for owner in OWNERS.values()}
    before = Play("before", f"sqlite:///{path}", Texts(catalogues(), clock.zone), clock, person_ids)
    for deed in BEFORE:
        before.do(deed)
    with before.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    before.database.close()
    return path, person_ids


@pytest.fixture(scope="module")
def play(template: tuple[Path, dict[str, int]]) -> Callable[[Sequence[Deed]], None]:
    """Plays deeds in a fresh copy of the school."""
    path, person_ids = template
    texts = Texts(catalogues(), MovableClock(start=START).zone)

    def run(done: Sequence[Deed]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "school.db"
            shutil.copy(path, copy)
            made = Play("now", f"sqlite:///{copy}", texts, MovableClock(start=START), person_ids)
            try:
                for deed in done:
                    made.do(deed)
            finally:
                made.database.close()

    return run


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
@given(done=st.lists(deeds, min_size=8, max_size=30))
def test_any_sequence(play: Callable[[Sequence[Deed]], None], done: list[Deed]) -> None:
    """No crash, no word lost, a second delivery changes nothing, nobody reads another's words (004-privacy-care).

    Translators are asked only for what is shared; a phone that is not confirmed shows nothing that is stored.
    """
    play(done)
