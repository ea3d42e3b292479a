"""Several workers on one PostgreSQL database: each message goes out once, in order, whoever dies."""

import time
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select, update

from bot.content.texts import Texts
from bot.model.clock import Clock
from bot.model.messages import Outgoing
from bot.model.translation import Attachment, Saying, Translation
from bot.model.workers import Lease
from bot.services import media, received, translations
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.crew import RECEIVING, Crew
from bot.workers.delivery import Delivery
from bot.workers.outbox import Outbox, Result
from tests.cast import catalogues, make_school, tools_for
from tests.running import running
from tests.storage.postgres import fresh_database
from tests.storage.ready import make_tables
from tests.workers.test_delivery import NOW, FakeSender, states, write_all


@pytest.fixture
def shared() -> Iterator[Database]:
    """A PostgreSQL database with the schema."""
    with fresh_database() as url:
        database = Database(url)
        make_tables(database)
        yield database
        database.close()


@pytest.fixture
def tools() -> Tools:
    """The tools of a school whose clock goes."""
    return tools_for(Clock())


@pytest.fixture
def texts(tools: Tools) -> Texts:
    """Every text."""
    return Texts(catalogues(), tools.clock.zone)


def worker(database: Database, **options: float) -> Crew:
    """A worker that has renewed its lease just now."""
    crew = Crew(database, receives=True, **options)
    crew.renew()
    return crew


def test_two_workers_deliver_everything_once_and_in_order(
    shared: Database, tools: Tools, texts: Texts
) -> None:
    """Forty chats of ten messages, both workers busy: nothing twice, nothing overtakes."""
    messages = [(str(chat), str(number)) for number in range(10) for chat in range(40)]
    write_all(shared, *messages)
    senders = [FakeSender(), FakeSender()]
    crews = [Crew(shared), Crew(shared)]
    went: list[tuple[str, str]] = []
    for sender in senders:
        sender.takes_s = 0.002
        sender.sent = went  # one list, so that it holds what people see
    loops = {}
    for number, (crew, sender) in enumerate(zip(crews, senders, strict=True)):
        loops[f"crew{number}"] = crew.run
        delivery = Delivery(shared, tools, texts, sender, crew=crew, places=8, look_again_s=0.02)
        loops[f"delivery{number}"] = delivery.run
    with running(**loops):
        states(shared, *["sent"] * len(messages))
    assert sorted(went) == sorted(messages)
    for chat in range(40):
        assert [body for address, body in went if address == str(chat)] == [str(n) for n in range(10)]
    assert all(sender.most_at_once for sender in senders)


def test_what_a_worker_claimed_nobody_else_takes(shared: Database, tools: Tools, texts: Texts) -> None:
    """Neither the claimed message nor those behind it, as long as that worker is alive."""
    write_all(shared, ("501", "jeden"), ("501", "dwa"), ("502", "trzy"))
    one, other = (Outbox(shared, tools, texts, worker(shared), "telegram") for _worker in range(2))
    assert list(one.exchange([], frozenset(), 1)) == ["501"]
    write_all(shared, ("501", "cztery"))
    assert list(other.exchange([], frozenset(), 9)) == ["502"]


def test_a_dead_worker_gives_its_claims_back_within_seconds(
    shared: Database, tools: Tools, texts: Texts
) -> None:
    """When its lease has run out another worker sends what it had claimed."""
    write_all(shared, ("501", "jeden"))
    dead = worker(shared, lease_s=0.4)
    assert Outbox(shared, tools, texts, dead, "telegram").exchange([], frozenset(), 1)
    other = Outbox(shared, tools, texts, worker(shared), "telegram")
    assert not other.exchange([], frozenset(), 1)
    time.sleep(0.5)
    assert list(other.exchange([], frozenset(), 1)) == ["501"]


def test_a_worker_that_stood_still_claims_nothing(shared: Database, tools: Tools, texts: Texts) -> None:
    """It first has to renew its lease; until then its claims would not count."""
    write_all(shared, ("501", "jeden"))
    crew = worker(shared, lease_s=0.2)
    outbox = Outbox(shared, tools, texts, crew, "telegram")
    time.sleep(0.3)
    assert not crew.on_duty
    assert outbox.exchange([], frozenset(), 1) == {}
    crew.renew()
    assert outbox.exchange([], frozenset(), 1)


def test_a_worker_that_leaves_gives_all_back_at_once(shared: Database, tools: Tools, texts: Texts) -> None:
    """A planned stop makes nobody wait."""
    write_all(shared, ("501", "jeden"))
    leaving = worker(shared)
    assert Outbox(shared, tools, texts, leaving, "telegram").exchange([], frozenset(), 1)
    leaving.leave()
    assert Outbox(shared, tools, texts, worker(shared), "telegram").exchange([], frozenset(), 1)


def test_results_free_the_claim(shared: Database, tools: Tools, texts: Texts) -> None:
    """What was sent or waits for another try belongs to nobody."""
    write_all(shared, ("501", "jeden"))
    outbox = Outbox(shared, tools, texts, worker(shared), "telegram")
    (job,) = outbox.exchange([], frozenset(), 1)["501"]
    outbox.exchange([Result(job, message_id=7)], frozenset(), 0)
    with shared.reading() as session:
        assert session.scalars(select(Outgoing.claimed_by)).all() == [None]


def test_one_worker_receives_and_another_takes_over(shared: Database) -> None:
    """Two pollers on one token would disturb each other: the second waits until the first is gone."""
    first, second = worker(shared, lease_s=0.5), worker(shared, lease_s=0.5)
    assert (first.may_receive(), second.may_receive()) == (True, False)
    time.sleep(0.6)
    assert not first.may_receive()
    second.renew()
    assert second.may_receive()
    first.renew()
    assert not first.may_receive()
    with shared.reading() as session:
        assert session.get_one(Lease, RECEIVING).holder == second.name


def test_each_file_and_each_translation_is_claimed_by_one(shared: Database, tools: Tools) -> None:
    """Two workers that look at the same time share what waits; what a dead one had is free again."""
    cast = make_school(shared, tools.clock)
    with shared.writing() as session:
        saying = Saying(author_id=cast.agnieszka.id, original="Lubi klocki.", language="pl", said_at=NOW)
        saying.translations.append(Translation(language="nl", asked_at=NOW))
        saying.attachments.append(Attachment(kind="voice", file_id="f", made_at=NOW))
        session.add(saying)
    one, other = worker(shared, lease_s=0.5), worker(shared)
    with shared.writing() as session:
        claimant = one.claimant(session)
        assert len(translations.claim(session, tools, 5, claimant)) == 1
        assert len(media.claim(session, tools, 5, claimant)) == 1
        with shared.writing() as beside:  # locked, and so passed over
            assert translations.claim(beside, tools, 5, other.claimant(beside)) == []
            assert media.claim(beside, tools, 5, other.claimant(beside)) == []
    with shared.writing() as session:
        assert translations.claim(session, tools, 5, other.claimant(session)) == []
        assert media.claim(session, tools, 5, other.claimant(session)) == []
    time.sleep(0.6)
    with shared.writing() as session:
        assert len(translations.claim(session, tools, 5, other.claimant(session))) == 1
        assert len(media.claim(session, tools, 5, other.claimant(session))) == 1


def test_two_processes_that_mark_the_same_key(shared: Database) -> None:
    """Exactly one of them takes it; the other waits, and then knows it as taken."""
    both = Barrier(2)
    taken: list[set[str]] = []

    def take() -> None:
        with shared.writing() as session:
            both.wait()
            new = received.mark(session, ["tg:2", "tg:1"], NOW)
            time.sleep(0.1)
        taken.append(new)

    threads = [Thread(target=take) for _process in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, taken)) == [0, 2]


def test_a_batch_that_was_given_up_can_be_taken_again(shared: Database) -> None:
    """The mark is part of the transaction: what was rolled back was never taken."""
    with pytest.raises(ZeroDivisionError):
        _take_and_give_up(shared)
    with shared.writing() as session:
        assert received.mark(session, ["tg:1"], NOW) == {"tg:1"}


def _take_and_give_up(database: Database) -> None:
    with database.writing() as session:
        received.mark(session, ["tg:1"], NOW)
        raise ZeroDivisionError


def test_an_edit_is_claimed_like_a_message(shared: Database, tools: Tools, texts: Texts) -> None:
    """Two workers do not edit the same message side by side."""
    write_all(shared, ("501", "nowe"), state="sent", edited=True, telegram_message_id=7, sent_at=NOW)
    one, other = (Outbox(shared, tools, texts, worker(shared), "telegram") for _worker in range(2))
    assert one.exchange([], frozenset(), 5)
    assert other.exchange([], frozenset(), 5) == {}


def test_a_lost_lease_row_comes_back(shared: Database) -> None:
    """Whatever happened to the row, the next renewal makes it again, and old rows go."""
    crew = worker(shared)
    with shared.writing() as session:
        session.execute(delete(Lease))
        session.add(Lease(name="worker:dead", holder="dead", until_s=0.0))
    crew.renew()
    with shared.reading() as session:
        assert set(session.scalars(select(Lease.holder))) == {crew.name}


def test_on_sqlite_a_worker_is_alone(database: Database) -> None:
    """No lease is needed, and what an earlier run claimed is free at once."""
    crew = Crew(database)
    with database.writing() as session:
        session.execute(update(Outgoing).values(claimed_by="earlier"))
        assert crew.claimant(session).others == frozenset()
    assert crew.on_duty
    assert crew.may_receive()
