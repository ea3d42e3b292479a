"""One sound update of every kind the Bot API knows, and of some it may know one day; all words carry one mark."""

from collections.abc import Iterator
from typing import Any

from tests.telegram_rules import Json

MARK = "Kubuś"  # stands in all words and names, and may stand in no log
PARENT = 501
DATE = 1788256800
PERSON = {
    "id": PARENT,
    "is_bot": False,
    "first_name": MARK,
    "last_name": MARK,
    "username": MARK,
    "language_code": "pl-PL",
    "is_premium": True,
}
CHAT = {"id": PARENT, "type": "private", "first_name": MARK, "username": MARK}
GROUP = {"id": -77, "type": "supergroup", "title": MARK, "is_forum": True}
CHANNEL = {"id": -1001234567890, "type": "channel", "title": MARK}
FILE = {"file_id": "AgACAgQAAx_0-1", "file_unique_id": "AQADkL4", "file_size": 1000}
PICTURE = {**FILE, "width": 90, "height": 60}
ENTITIES = [
    {"type": "bold", "offset": 0, "length": 2},
    {"type": "text_mention", "offset": 2, "length": 1, "user": PERSON},
]
PRIVATE_MESSAGE: Json = {"message_id": 7, "from": PERSON, "chat": CHAT, "date": DATE}
WORDS: Json = {**PRIVATE_MESSAGE, "text": f"{MARK} lubi czytać"}
POLL = {
    "id": "9",
    "question": MARK,
    "options": [{"text": MARK, "voter_count": 1, "persistent_id": "1"}],
    "total_voter_count": 1,
    "is_closed": False,
    "is_anonymous": True,
    "type": "quiz",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
    "correct_option_id": 0,
    "explanation": MARK,
    "open_period": 60,
    "close_date": DATE,
}
MEMBER = {"user": PERSON, "status": "member"}
CHANGED = {
    "chat": CHAT,
    "from": PERSON,
    "date": DATE,
    "old_chat_member": MEMBER,
    "new_chat_member": {"user": PERSON, "status": "kicked", "until_date": 0},
}
CONTENTS: dict[str, Json] = {
    "text": {"text": f"{MARK} lubi czytać", "entities": ENTITIES},
    "command": {"text": f"/nonsense {MARK}", "entities": [{"type": "bot_command", "offset": 0, "length": 9}]},
    "photo": {
        "photo": [PICTURE, {**PICTURE, "file_id": "big"}],
        "caption": MARK,
        "caption_entities": ENTITIES,
    },
    "voice": {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}, "caption": MARK},
    "audio": {"audio": {**FILE, "duration": 3, "mime_type": "audio/mp4", "title": MARK, "file_name": MARK}},
    "document": {"document": {**FILE, "mime_type": "image/png", "file_name": MARK, "thumbnail": PICTURE}},
    "video": {
        "video": {**PICTURE, "duration": 3, "mime_type": "video/mp4", "cover": [PICTURE]},
        "caption": MARK,
    },
    "video_note": {"video_note": {**FILE, "length": 60, "duration": 3}},
    "animation": {"animation": {**PICTURE, "duration": 3}, "document": FILE},
    "sticker": {
        "sticker": {
            **PICTURE,
            "type": "regular",
            "is_animated": False,
            "is_video": False,
            "emoji": "😀",
            "set_name": MARK,
        }
    },
    "contact": {"contact": {"phone_number": MARK, "first_name": MARK, "user_id": PARENT, "vcard": MARK}},
    "location": {"location": {"latitude": 52.0, "longitude": 4.9, "live_period": 60}},
    "venue": {"venue": {"location": {"latitude": 52.0, "longitude": 4.9}, "title": MARK, "address": MARK}},
    "dice": {"dice": {"emoji": "🎲", "value": 6}},
    "poll": {"poll": POLL},
    "checklist": {"checklist": {"title": MARK, "tasks": [{"id": 1, "text": MARK, "completion_date": DATE}]}},
    "game": {"game": {"title": MARK, "description": MARK, "photo": [PICTURE]}},
    "invoice": {
        "invoice": {
            "title": MARK,
            "description": MARK,
            "start_parameter": MARK,
            "currency": "EUR",
            "total_amount": 1,
        }
    },
    "story": {"story": {"chat": CHANNEL, "id": 3}},
    "paid_media": {"paid_media": {"star_count": 1, "paid_media": [{"type": "photo", "photo": [PICTURE]}]}},
    "payment": {
        "successful_payment": {
            "currency": "EUR",
            "total_amount": 1,
            "invoice_payload": MARK,
            "telegram_payment_charge_id": MARK,
            "provider_payment_charge_id": MARK,
        }
    },
    "forwarded": {"text": MARK, "forward_origin": {"type": "user", "date": DATE, "sender_user": PERSON}},
    "answered": {
        "text": MARK,
        "reply_to_message": {**WORDS, "message_id": 6},
        "quote": {"text": MARK, "position": 0, "entities": ENTITIES},
        "external_reply": {"origin": {"type": "channel", "date": DATE, "chat": CHANNEL, "message_id": 2}},
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": MARK, "callback_data": MARK}]]},
        "via_bot": {**PERSON, "is_bot": True},
        "sender_chat": CHAT,
        "edit_date": DATE,
        "media_group_id": "1",
    },
    "pinned": {"pinned_message": {**WORDS, "message_id": 5}},
    "users_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 5, "first_name": MARK}]}},
    "chat_shared": {"chat_shared": {"request_id": 1, "chat_id": 5, "title": MARK}},
    "allowed": {"write_access_allowed": {"from_request": True, "web_app_name": MARK}},
    "connected": {"connected_website": MARK},
    "web_app": {"web_app_data": {"data": MARK, "button_text": MARK}},
    "passport": {"passport_data": {"data": [], "credentials": {"data": MARK, "hash": MARK, "secret": MARK}}},
    "joined": {"new_chat_members": [PERSON]},
    "left": {"left_chat_member": PERSON},
    "migrated": {"migrate_to_chat_id": -100500, "migrate_from_chat_id": -5},
    "titled": {"new_chat_title": MARK, "new_chat_photo": [PICTURE], "delete_chat_photo": True},
    "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    "meeting": {"video_chat_ended": {"duration": 3}, "video_chat_scheduled": {"start_date": DATE}},
    "background": {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": MARK}}},
    "near": {"proximity_alert_triggered": {"traveler": PERSON, "watcher": PERSON, "distance": 5}},
    "unknown": {"telepathy": {"words": MARK}},
}
TAP = {"id": "4382bfdwdsb323b2d9", "from": PERSON, "chat_instance": "1"}
BUSINESS = {
    "id": MARK,
    "user": PERSON,
    "user_chat_id": PARENT,
    "date": DATE,
    "is_enabled": True,
    "rights": {"can_reply": True},
}
BOOST = {
    "boost_id": "1",
    "add_date": DATE,
    "expiration_date": DATE,
    "source": {"source": "premium", "user": PERSON},
}
EMOJI = {"type": "emoji", "emoji": "👍"}
IN_GROUP = {**WORDS, "chat": GROUP, "message_thread_id": 3, "is_topic_message": True}
OTHERS: dict[str, Json] = {
    "edited": {"edited_message": {**WORDS, "edit_date": DATE}},
    "edited_place": {"edited_message": {**PRIVATE_MESSAGE, **CONTENTS["location"], "edit_date": DATE}},
    "edited_command": {"edited_message": {**WORDS, "text": f"/nonsense {MARK}", "edit_date": DATE}},
    "group": {"message": IN_GROUP},
    "edited_in_group": {"edited_message": {**IN_GROUP, "edit_date": DATE}},
    "channel": {"channel_post": {**WORDS, "chat": CHANNEL, "author_signature": MARK}},
    "edited_in_channel": {"edited_channel_post": {**WORDS, "chat": CHANNEL, "edit_date": DATE}},
    "tap": {"callback_query": {**TAP, "message": WORDS, "data": "1.0"}},
    "tap_on_old": {
        "callback_query": {**TAP, "message": {"message_id": 7, "chat": CHAT, "date": 0}, "data": "1.0"}
    },
    "tap_elsewhere": {"callback_query": {**TAP, "inline_message_id": MARK, "data": MARK}},
    "tap_on_game": {"callback_query": {**TAP, "message": WORDS, "game_short_name": MARK}},
    "tap_in_group": {"callback_query": {**TAP, "message": IN_GROUP, "data": "1.0"}},
    "kicked": {"my_chat_member": CHANGED},
    "in_group": {"my_chat_member": {**CHANGED, "chat": GROUP, "new_chat_member": MEMBER}},
    "chat_member": {"chat_member": {**CHANGED, "chat": GROUP, "via_join_request": True}},
    "join_request": {
        "chat_join_request": {"chat": GROUP, "from": PERSON, "user_chat_id": 5, "date": DATE, "bio": MARK}
    },
    "poll": {"poll": POLL},
    "poll_answer": {
        "poll_answer": {"poll_id": "9", "user": PERSON, "option_ids": [0], "option_persistent_ids": ["1"]}
    },
    "inline_query": {
        "inline_query": {"id": "1", "from": PERSON, "query": MARK, "offset": "", "chat_type": "sender"}
    },
    "inline_result": {"chosen_inline_result": {"result_id": "1", "from": PERSON, "query": MARK}},
    "shipping": {
        "shipping_query": {
            "id": "1",
            "from": PERSON,
            "invoice_payload": MARK,
            "shipping_address": {
                "country_code": "NL",
                "state": MARK,
                "city": MARK,
                "street_line1": MARK,
                "street_line2": MARK,
                "post_code": MARK,
            },
        }
    },
    "checkout": {
        "pre_checkout_query": {
            "id": "1",
            "from": PERSON,
            "currency": "EUR",
            "total_amount": 1,
            "invoice_payload": MARK,
        }
    },
    "reaction": {
        "message_reaction": {
            "chat": CHAT,
            "message_id": 7,
            "user": PERSON,
            "date": DATE,
            "old_reaction": [],
            "new_reaction": [EMOJI],
        }
    },
    "reactions": {
        "message_reaction_count": {
            "chat": CHANNEL,
            "message_id": 7,
            "date": DATE,
            "reactions": [{"type": EMOJI, "total_count": 2}],
        }
    },
    "boost": {"chat_boost": {"chat": CHANNEL, "boost": BOOST}},
    "boost_gone": {
        "removed_chat_boost": {
            "chat": CHANNEL,
            "boost_id": "1",
            "remove_date": DATE,
            "source": BOOST["source"],
        }
    },
    "business": {"business_connection": BUSINESS},
    "business_message": {"business_message": {**WORDS, "business_connection_id": MARK}},
    "business_edit": {
        "edited_business_message": {**WORDS, "business_connection_id": MARK, "edit_date": DATE}
    },
    "business_deleted": {
        "deleted_business_messages": {"business_connection_id": MARK, "chat": CHAT, "message_ids": [7]}
    },
    "paid": {"purchased_paid_media": {"from": PERSON, "paid_media_payload": MARK}},
    "managed_bot": {"managed_bot": {"user": PERSON, "bot": {**PERSON, "is_bot": True}}},
    "guest": {"guest_message": WORDS},
    "future": {"holographic_message": {**WORDS, "depth": 3}},
    "two_at_once": {"message": WORDS, "edited_message": WORDS, "poll": POLL},
    "nothing": {},
}
EVERY: dict[str, Json] = {
    **{f"message_{name}": {"message": {**PRIVATE_MESSAGE, **content}} for name, content in CONTENTS.items()},
    **OTHERS,
}

Path = tuple[str | int, ...]


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in it, the outermost first."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*here, name)
        yield from paths(part, (*here, name))


def without(value: Any, path: Path) -> Any:
    """A copy in which this place is missing."""
    name, *rest = path
    copy = value.copy()
    if rest:
        copy[name] = without(copy[name], tuple(rest))
    else:
        del copy[name]
    return copy


def changed(value: Any, path: Path, put: Any) -> Any:
    """A copy in which something else stands at this place."""
    name, *rest = path
    copy = value.copy()
    copy[name] = changed(copy[name], tuple(rest), put) if rest else put
    return copy
