"""Says what an error of Telegram means for us. Its own sentences are read here and go no further."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.model.delivery import TOO_MANY, DeliveryError

# Sentences of the Bot API (lower case) that say nobody is there any more.
_GONE = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot was blocked",
    "have no rights to send",
)
# Sentences that say an edit has nothing left to do.
_NOTHING_TO_EDIT = ("message is not modified", "message to edit not found", "message_id_invalid")
_WORTH_A_TRY = ("file is temporarily unavailable", "internal", "timeout")


def nothing_to_edit(error: TelegramError) -> bool:
    """Whether an edit failed only because the message already looks so, or the person removed it."""
    return isinstance(error, BadRequest) and _says(error, _NOTHING_TO_EDIT)


# The library's own tree, from the leaves up: a BadRequest and a TimedOut are NetworkErrors too.
_TEMPORARY: tuple[tuple[type[TelegramError], str], ...] = (
    (InvalidToken, "token_refused"),
    (EndPointNotFound, "token_refused"),
    (TimedOut, "timed_out"),
    (NetworkError, "unreachable"),
)


def meaning(error: TelegramError) -> DeliveryError:
    """The error in our own words."""
    if isinstance(error, RetryAfter):
        seconds = error.retry_after
        return DeliveryError(
            TOO_MANY, retry_after_s=seconds if isinstance(seconds, int) else seconds.total_seconds()
        )
    if isinstance(error, Forbidden | ChatMigrated) or (isinstance(error, BadRequest) and _says(error, _GONE)):
        return DeliveryError("door_closed", door_closed=True)
    if isinstance(error, BadRequest):
        return DeliveryError("refused", permanent=not _says(error, _WORTH_A_TRY))
    code = next((code for kind, code in _TEMPORARY if isinstance(error, kind)), "messenger_fault")
    return DeliveryError(code)


def _says(error: TelegramError, sentences: tuple[str, ...]) -> bool:
    message = error.message.lower()
    return any(sentence in message for sentence in sentences)
