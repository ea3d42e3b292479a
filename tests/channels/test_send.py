"""Messages as they arrive in a Telegram chat, and Telegram's refusals in our own words."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.channels.telegram.budget import Budget
from bot.channels.telegram.client import Client
from bot.channels.telegram.send import TelegramFetcher, TelegramSender
from bot.model.delivery import DeliveryError, Enclosure, Parcel, ParcelButton
from tests.fake_telegram import TOKEN, FakeTelegram, Fault

CHAT = 501
YES = ParcelButton("88.0", "Tak")
NO = ParcelButton("88.1", "Nie")


def sending(
    telegram: FakeTelegram,
    work: Callable[[TelegramSender], Awaitable[Any]],
    *,
    token: str = TOKEN,
    read_timeout_s: float = 5.0,
    budget: Budget | None = None,
) -> Any:
    """What the work with a sender gives."""

    async def main() -> Any:
        client = Client(token, telegram.url, read_timeout_s=read_timeout_s)
        try:
            return await work(TelegramSender(client.bot, budget))
        finally:
            await client.close()

    return asyncio.run(main())


def send(telegram: FakeTelegram, parcel: Parcel, **options: Any) -> Any:
    """The number of the sent message."""
    return sending(telegram, lambda sender: sender.send(parcel), **options)


@pytest.fixture(autouse=True)
def _somebody_wrote(telegram: FakeTelegram) -> None:
    telegram.person_says(CHAT, "/start")


def test_a_message_arrives_with_its_buttons(telegram: FakeTelegram) -> None:
    """Words, rows of buttons and the number to edit it by."""
    number = send(
        telegram, Parcel("501", "<b>Kuba</b> &amp; Zosia", ((YES, NO), (ParcelButton("88.2", "Menu"),)))
    )
    shown = telegram.messages(CHAT)[0]
    assert number == shown.message_id
    assert shown.text == "Kuba & Zosia"
    assert shown.html == "<b>Kuba</b> &amp; Zosia"
    assert [[button["callback_data"] for button in row] for row in shown.buttons] == [
        ["88.0", "88.1"],
        ["88.2"],
    ]
    assert not shown.protected


def test_a_page_opens_inside_telegram(telegram: FakeTelegram) -> None:
    """A Mini App's button carries its address as Telegram wants it; a plain link stays a plain link."""
    inside = ParcelButton("88.0", "Dossier", "https://praat.example/in/telegram?to=dossier", mini_app=True)
    outside = ParcelButton("88.1", "Browser", "https://praat.example/in/token")
    send(telegram, Parcel("501", "Kuba", ((inside,), (outside,))))
    (first,), (second,) = telegram.messages(CHAT)[0].buttons
    assert first["web_app"] == {"url": "https://praat.example/in/telegram?to=dossier"}
    assert "url" not in first
    assert second["url"] == "https://praat.example/in/token"


def test_what_is_about_a_child_cannot_be_forwarded(telegram: FakeTelegram) -> None:
    """A protected message says so to Telegram."""
    send(telegram, Parcel("501", "Kuba", protect=True))
    assert telegram.messages(CHAT)[0].protected


def test_a_link_is_a_button(telegram: FakeTelegram) -> None:
    """A button with a link opens the page."""
    send(telegram, Parcel("501", "Dossier", ((ParcelButton("88.0", "Open", "https://praat.example/d"),),)))
    assert telegram.messages(CHAT)[0].buttons[0][0]["url"] == "https://praat.example/d"


def test_a_link_inside_the_building_is_written_out(telegram: FakeTelegram) -> None:
    """Telegram refuses buttons to local addresses: the person still gets the link, and the message arrives."""
    local = ParcelButton("88.0", "Open & read", "http://127.0.0.1:8000/d?x=1&y=2")
    send(telegram, Parcel("501", "Dossier", ((local,), (NO,))))
    shown = telegram.messages(CHAT)[0]
    assert shown.text == "Dossier\nOpen & read: http://127.0.0.1:8000/d?x=1&y=2"
    assert shown.labels == ["Nie"]


def test_a_long_message_comes_in_parts_with_the_buttons_last(telegram: FakeTelegram) -> None:
    """10,000 letters arrive whole and in order; the buttons and the number belong to the last part."""
    body = "To jest zdanie. " * 625
    number = send(telegram, Parcel("501", body, ((YES,),)))
    shown = telegram.messages(CHAT)
    assert [one.labels for one in shown] == [[], [], ["Tak"]]
    assert number == shown[-1].message_id
    assert " ".join(one.text for one in shown).split() == body.split()


@pytest.mark.parametrize(
    ("kind", "media_type", "shown_as"),
    [
        ("voice", "audio/ogg", "voice"),
        ("voice", "audio/mp4", "audio"),
        ("voice", "audio/webm", "document"),
        ("photo", "image/jpeg", "photo"),
    ],
)
def test_a_file_comes_before_the_words(
    telegram: FakeTelegram, kind: str, media_type: str, shown_as: str
) -> None:
    """A voice or photo arrives in the way Telegram can play it, then the words with the buttons."""
    enclosure = Enclosure(kind, media_type, b"bytes of the file")
    send(telegram, Parcel("501", "Posłuchaj", ((YES,),), protect=True, enclosure=enclosure))
    file, words = telegram.messages(CHAT)
    assert (file.kind, file.content, file.protected) == (shown_as, b"bytes of the file", True)
    assert (words.kind, words.labels) == ("message", ["Tak"])


def test_a_recording_is_handed_over_once(telegram: FakeTelegram) -> None:
    """Telegram keeps what is the same for every reader; when it forgets it, it gets it again."""
    recording = Enclosure("voice", "audio/ogg", b"a question", is_fixed=True)

    async def listen(sender: TelegramSender) -> None:
        for _time in range(2):
            await sender.send(Parcel("501", "Posłuchaj", enclosure=recording))
        telegram.files.clear()
        for _time in range(2):
            await sender.send(Parcel("501", "Posłuchaj", enclosure=recording))

    sending(telegram, listen)
    voices = [one for one in telegram.messages(CHAT) if one.kind == "voice"]
    assert [one.content for one in voices] == [b"a question"] * 4
    assert [one.uploaded for one in voices] == [True, False, True, False]


def test_a_voice_of_a_person_is_not_kept_for_another(telegram: FakeTelegram) -> None:
    """What a person said goes out as a file of its own each time."""
    said = Enclosure("voice", "audio/ogg", b"somebody's words")

    async def tell(sender: TelegramSender) -> None:
        for _time in range(2):
            await sender.send(Parcel("501", "Posłuchaj", enclosure=said))

    sending(telegram, tell)
    assert [one.uploaded for one in telegram.messages(CHAT) if one.kind == "voice"] == [True, True]


def test_an_edit_changes_the_message(telegram: FakeTelegram) -> None:
    """The shown text and buttons are replaced, and the number stays."""
    number = send(telegram, Parcel("501", "nog niet vertaald", ((NO,),)))
    again = sending(telegram, lambda sender: sender.edit(Parcel("501", "przetłumaczone", ((YES,),)), number))
    shown = telegram.messages(CHAT)
    assert again == number
    assert [(one.text, one.labels, one.edits) for one in shown] == [("przetłumaczone", ["Tak"], 1)]


def test_an_edit_that_changes_nothing_is_fine(telegram: FakeTelegram) -> None:
    """Telegram's "not modified" is no error, nor is a message that the person removed."""
    parcel = Parcel("501", "to samo", ((YES,),))
    number = send(telegram, parcel)
    assert sending(telegram, lambda sender: sender.edit(parcel, number)) == number
    assert sending(telegram, lambda sender: sender.edit(parcel, 9999)) == 9999


def test_an_edit_that_grew_too_long_is_said_anew(telegram: FakeTelegram) -> None:
    """What no longer fits in one message comes again, and the old buttons are gone."""
    number = send(telegram, Parcel("501", "krótko", ((YES,),)))
    long = Parcel("501", "To jest zdanie. " * 400, ((YES,),))
    again = sending(telegram, lambda sender: sender.edit(long, number))
    shown = telegram.messages(CHAT)
    assert [one.labels for one in shown] == [[], [], ["Tak"]]
    assert again == shown[-1].message_id


@pytest.mark.parametrize(
    ("fault", "code", "permanent", "closed", "retry_after_s"),
    [
        (Fault(403, "Forbidden: bot was blocked by the user"), "door_closed", True, True, None),
        (Fault(400, "Bad Request: chat not found"), "door_closed", True, True, None),
        (Fault(400, "Bad Request: can't parse entities"), "refused", True, False, None),
        (Fault(429, "Too Many Requests: retry after 7", retry_after=7), "too_many", False, False, 7),
        (Fault(500, "Internal Server Error"), "unreachable", False, False, None),
        (Fault(502, "Bad Gateway"), "unreachable", False, False, None),
        (Fault(401, "Unauthorized"), "token_refused", False, False, None),
        (Fault(hang_s=2.0), "timed_out", False, False, None),
    ],
)
def test_refusals_come_in_our_own_words(
    telegram: FakeTelegram,
    fault: Fault,
    code: str,
    permanent: bool,
    closed: bool,
    retry_after_s: float | None,
) -> None:
    """Each way Telegram fails says whether another try helps, whether the door is closed, and how long to wait."""
    telegram.fail("sendMessage", fault)
    with pytest.raises(DeliveryError) as raised:
        send(telegram, Parcel("501", "Kuba"), read_timeout_s=0.3)
    error = raised.value
    assert (error.code, error.permanent, error.door_closed, error.retry_after_s) == (
        code,
        permanent,
        closed,
        retry_after_s,
    )


def test_nobody_there_is_temporary() -> None:
    """While nothing answers at the address the message can be tried again."""
    with FakeTelegram() as gone:
        pass
    with pytest.raises(DeliveryError) as raised:
        send(gone, Parcel("501", "Kuba"))
    assert (raised.value.code, raised.value.permanent) == ("unreachable", False)


def test_a_flood_answer_holds_back_the_others(telegram: FakeTelegram) -> None:
    """After Telegram's retry_after the next message of any chat waits that long."""
    telegram.fail("sendMessage", Fault(429, "Too Many Requests", retry_after=1))

    async def two(sender: TelegramSender) -> float:
        with pytest.raises(DeliveryError):
            await sender.send(Parcel("501", "jeden"))
        start_s = asyncio.get_running_loop().time()
        await sender.send(Parcel("501", "dwa"))
        return asyncio.get_running_loop().time() - start_s

    assert sending(telegram, two, budget=Budget(None)) >= 0.99


def test_neither_token_nor_words_reach_a_log_or_an_error(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    """The libraries below log nothing, and our error keeps no trace of theirs (design: no secret in a log)."""
    caplog.set_level(logging.DEBUG)
    send(telegram, Parcel("501", "tajne słowa"))
    telegram.fail("sendMessage", Fault(400, "Bad Request: tajne słowa"))
    with pytest.raises(DeliveryError) as raised:
        send(telegram, Parcel("501", "tajne słowa"))
    for text in (caplog.text, str(raised.value), repr(Parcel("501", "tajne słowa"))):
        assert TOKEN.partition(":")[2] not in text
        assert "tajne" not in text
    assert raised.value.__suppress_context__


def fetched(telegram: FakeTelegram, file_id: str) -> bytes:
    """The bytes of a file."""

    async def main() -> bytes:
        client = Client(TOKEN, telegram.url)
        try:
            return await TelegramFetcher(client.bot).fetch(file_id)
        finally:
            await client.close()

    return asyncio.run(main())


def test_a_file_is_fetched_whole(telegram: FakeTelegram) -> None:
    """The bytes are those that were sent."""
    telegram.person_sends_voice(CHAT, b"OggS" + b"x" * 100_000)
    assert fetched(telegram, "file-0") == b"OggS" + b"x" * 100_000


def test_a_file_that_is_too_large_or_unknown_is_not_tried_again(telegram: FakeTelegram) -> None:
    """Both fail for good; a Telegram that is away for a moment does not."""
    telegram.person_sends_voice(CHAT, b"x" * 20_000_001)
    with pytest.raises(DeliveryError) as raised:
        fetched(telegram, "file-0")
    assert raised.value.permanent
    with pytest.raises(DeliveryError) as raised:
        fetched(telegram, "file-9")
    assert raised.value.permanent
    telegram.fail("getFile", Fault(500))
    with pytest.raises(DeliveryError) as raised:
        fetched(telegram, "file-0")
    assert not raised.value.permanent
