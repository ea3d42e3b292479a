"""How the bot looks in Telegram before anybody wrote: name, description and commands in every language."""

import logging
from collections.abc import Callable
from functools import partial

from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.client import NOT_OUR_BOT
from bot.channels.telegram.faults import meaning
from bot.content.texts import Texts
from bot.model.errors import OperatorError

log = logging.getLogger(__name__)

COMMANDS = ("menu", "language", "word", "buddy", "help")
DEFAULT_LANGUAGE = "en"  # of phones in a language that is not shipped


async def user_name(bot: Bot) -> str:
    """The name that links to the bot hold; raises OperatorError if Telegram refuses the token or is away."""
    try:
        me = await bot.get_me()
    except InvalidToken:
        raise OperatorError(NOT_OUR_BOT) from None
    except TelegramError:
        raise OperatorError("Telegram cannot be reached at TELEGRAM_API_URL; check the network.") from None
    return me.username or ""


async def introduce(bot: Bot, texts: Texts) -> None:
    """Name, descriptions and commands stand in every shipped language; what already stands is not sent again.

    Telegram allows few such changes a day, so a failure is noted and the start goes on.
    """
    for code in ("", *texts.languages):
        language = code or DEFAULT_LANGUAGE
        try:
            await _introduce_in(bot, code, partial(_say, texts, language))
        except TelegramError as error:
            log.warning("the bot is not introduced in %r: %s", code, meaning(error).code)


def _say(texts: Texts, language: str, macro: str) -> str:
    return texts.label(language, f"telegram.{macro}")


async def _introduce_in(bot: Bot, code: str, say: Callable[[str], str]) -> None:
    name = say("name")
    if (await bot.get_my_name(code)).name != name:
        await bot.set_my_name(name, code)
    description = say("description")
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)
    short = say("short_description")
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
    commands = tuple(BotCommand(command, say(f"command_{command}")) for command in COMMANDS)
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
