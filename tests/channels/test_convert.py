"""What a Telegram update becomes, and what is not for us."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.convert import convert, group_to_leave
from bot.model.incoming import Incoming, InputKind

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
SENT = datetime(2026, 9, 1, 9, 59, tzinfo=UTC)
AGNIESZKA = {"id": 501, "is_bot": False, "first_name": "Agnieszka", "language_code": "pl-PL"}
PRIVATE = {"id": 501, "type": "private"}
POLL = {
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 1000}
PICTURE = {**FILE, "width": 90, "height": 60}


def message(**content: Any) -> dict[str, Any]:
    """A message of Agnieszka as the Bot API writes it."""
    return {"message_id": 7, "from": AGNIESZKA, "chat": PRIVATE, "date": int(SENT.timestamp()), **content}


def update(**content: Any) -> Update:
    """An update as the library reads it."""
    return Update.de_json({"update_id": 12, **content}, None)


def converted(**content: Any) -> Incoming | None:
    """What a message with this content becomes."""
    return convert(update(message=message(**content)), NOW)


def of_kind(kind: InputKind, **content: Any) -> Incoming:
    """The same, checked to be of this kind."""
    found = converted(**content)
    assert found is not None
    assert found.kind is kind
    return found


def test_words_carry_all_that_the_assistant_needs() -> None:
    """A text becomes words with keys that are the same at every delivery, and the phone's language."""
    assert converted(text="Dzień dobry") == Incoming(
        key="tg:12",
        door_kind="telegram",
        address="501",
        kind=InputKind.WORDS,
        at=SENT,
        text="Dzień dobry",
        message_key="tg:501:7",
        phone_language="pl",
    )


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/start abc-DEF_1", "start", "abc-DEF_1"),
        ("/start", "start", ""),
        ("/Help", "help", ""),
        ("/menu@wilg_bot", "menu", ""),
        ("/nonsense  two words ", "nonsense", "two words"),
    ],
)
def test_a_command_is_taken_apart(text: str, command: str, argument: str) -> None:
    """A command comes without the slash and the bot's name, with its argument."""
    found = of_kind(InputKind.COMMAND, text=text)
    assert (found.text, found.argument) == (command, argument)


@pytest.mark.parametrize("text", ["/", "/ help", "a /help", "/kawałek tortu", "   "])
def test_words_with_a_slash_stay_words(text: str) -> None:
    """Only a real command is one; nothing of other words is cut off."""
    assert of_kind(InputKind.WORDS, text=text).text == text


def test_control_characters_do_not_come_in() -> None:
    """NUL, controls and broken surrogates are removed; emoji, newlines and right-to-left marks stay."""
    found = of_kind(InputKind.WORDS, text="a\x00b\x1b\x85\ud83d\r\n\u200fሰላም 😀\tc")
    assert found.text == "ab\n\u200fሰላም 😀\tc"


def test_a_tap_carries_the_button() -> None:
    """A tap comes with what stands in the button and no words."""
    query = {
        "id": "q",
        "from": AGNIESZKA,
        "chat_instance": "1",
        "data": "88.2",
        "message": message(text="old"),
    }
    found = convert(update(callback_query=query), NOW)
    assert found == Incoming(
        key="tg:12",
        door_kind="telegram",
        address="501",
        kind=InputKind.TAP,
        at=NOW,
        button="88.2",
        phone_language="pl",
    )


def test_a_tap_under_a_forgotten_message_still_counts() -> None:
    """Telegram no longer shows old messages to bots; their buttons are understood."""
    forgotten = {"message_id": 7, "chat": PRIVATE, "date": 0}
    query = {"id": "q", "from": AGNIESZKA, "chat_instance": "1", "data": "88.2", "message": forgotten}
    found = convert(update(callback_query=query), NOW)
    assert found is not None
    assert found.button == "88.2"


def test_a_voice_message_comes_as_a_handle() -> None:
    """A voice message comes with its file id and type; the bytes are fetched later."""
    found = of_kind(InputKind.VOICE, voice={**FILE, "duration": 3, "mime_type": "audio/ogg"})
    assert (found.file_id, found.media_type) == ("f", "audio/ogg")


def test_the_largest_size_of_a_photo_is_taken_with_its_words() -> None:
    """Of a photo the largest size counts, and the words under it are not lost."""
    sizes = [{**PICTURE, "file_id": "small"}, {**PICTURE, "file_id": "large"}]
    found = of_kind(InputKind.PHOTO, photo=sizes, caption="Rysunek\x00 Kuby")
    assert (found.file_id, found.media_type, found.text) == ("large", "image/jpeg", "Rysunek Kuby")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"document": {**FILE, "mime_type": "image/png"}}, InputKind.PHOTO),
        ({"document": {**FILE, "mime_type": "audio/ogg"}}, InputKind.VOICE),
        ({"audio": {**FILE, "duration": 3, "mime_type": "audio/x-m4a"}}, InputKind.VOICE),
        ({"audio": {**FILE, "duration": 3, "mime_type": "audio/mpeg"}}, InputKind.UNREADABLE),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, InputKind.UNREADABLE),
        ({"document": FILE}, InputKind.UNREADABLE),
        ({"video": {**PICTURE, "duration": 3}}, InputKind.UNREADABLE),
        ({"location": {"latitude": 52.0, "longitude": 4.9}}, InputKind.UNREADABLE),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, InputKind.UNREADABLE),
        ({"voice": {**FILE, "duration": 3, "file_size": 20_000_001}}, InputKind.TOO_LARGE),
        ({"document": {**FILE, "mime_type": "image/jpeg", "file_size": 20_000_001}}, InputKind.TOO_LARGE),
    ],
)
def test_files_are_sorted_by_what_can_be_kept(content: dict[str, Any], kind: InputKind) -> None:
    """Photos and sound are kept as they come, other files get a kind answer, large ones the limit."""
    of_kind(kind, **content)


def test_a_sticker_is_unreadable_and_never_dropped() -> None:
    """A sticker comes in as something that cannot be read."""
    sticker = {**PICTURE, "type": "regular", "is_animated": False, "is_video": False, "emoji": "😀"}
    of_kind(InputKind.UNREADABLE, sticker=sticker)


def test_words_under_a_film_come_along() -> None:
    """The words under something unreadable are not lost."""
    assert of_kind(InputKind.UNREADABLE, video={**PICTURE, "duration": 3}, caption="W domu").text == "W domu"


def test_an_edit_is_a_correction_of_the_same_message() -> None:
    """An edited message comes with the key of the message it changes."""
    edited = message(text="Dzień dobry!", edit_date=int(NOW.timestamp()))
    found = convert(update(edited_message=edited), NOW)
    assert found is not None
    assert (found.kind, found.text, found.at) == (InputKind.CORRECTION, "Dzień dobry!", NOW)
    assert found.message_key == "tg:501:7"
    assert found.key == "tg:12"


def test_a_place_that_moves_on_is_no_correction() -> None:
    """An edit without words changes no answer."""
    moved = message(location={"latitude": 52.0, "longitude": 4.9}, edit_date=int(NOW.timestamp()))
    assert convert(update(edited_message=moved), NOW) is None


@pytest.mark.parametrize(
    "content",
    [
        {"message": message(delete_chat_photo=True)},
        {"message": message(chat={"id": -5, "type": "group", "title": "3A"}, text="hi")},
        {"edited_message": message(chat={"id": -5, "type": "supergroup", "title": "3A"}, text="hi")},
        {"channel_post": message(chat={"id": -6, "type": "channel", "title": "School"}, text="hi")},
        {"callback_query": {"id": "q", "from": AGNIESZKA, "chat_instance": "1", "data": "88.2"}},
        {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, **POLL}},
        {},
    ],
)
def test_what_is_not_for_us_is_nothing(content: dict[str, Any]) -> None:
    """Groups, channels and what Telegram reports about itself are not answered."""
    assert convert(update(**content), NOW) is None


def test_groups_are_left_and_private_chats_are_not() -> None:
    """A message from a group, or being put into one, names the group to leave."""
    group = {"id": -5, "type": "group", "title": "3A"}
    bot = {"id": 4242, "is_bot": True, "first_name": "De Wilg"}
    put_in = {
        "chat": group,
        "from": AGNIESZKA,
        "date": 0,
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, "status": "member"},
    }
    put_out = {**put_in, "new_chat_member": {"user": bot, "status": "left"}}
    assert group_to_leave(update(message=message(chat=group, text="hi"))) == -5
    assert group_to_leave(update(my_chat_member=put_in)) == -5
    assert group_to_leave(update(my_chat_member=put_out)) is None
    assert group_to_leave(update(message=message(text="hi"))) is None
