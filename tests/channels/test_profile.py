"""What a person sees of the bot before writing to it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from telegram import Bot

from bot.channels.telegram.client import Client
from bot.channels.telegram.profile import COMMANDS, introduce, user_name
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.errors import OperatorError
from tests.cast import catalogues
from tests.fake_telegram import TOKEN, FakeTelegram, Fault

LANGUAGES = {"", "nl", "pl", "en"}
LIMITS = {"name": 64, "description": 512, "short": 120}


def introduced(telegram: FakeTelegram, texts: Texts) -> None:
    """The bot has introduced itself."""
    asking(telegram, lambda bot: introduce(bot, texts))


def asking(
    telegram: FakeTelegram, work: Callable[[Bot], Coroutine[Any, Any, Any]], token: str = TOKEN
) -> Any:
    """What the work with a bot gives."""

    async def main() -> Any:
        client = Client(token, telegram.url)
        try:
            return await work(client.bot)
        finally:
            await client.close()

    return asyncio.run(main())


def test_name_descriptions_and_commands_stand_in_every_language(telegram: FakeTelegram, texts: Texts) -> None:
    """Every shipped language has all of them within Telegram's limits, and so has every other phone."""
    introduced(telegram, texts)
    for what, limit in LIMITS.items():
        for language in LANGUAGES:
            (text,) = telegram.profile[what, language].values()
            assert 0 < len(text) <= limit
    for language in LANGUAGES:
        commands = telegram.profile["commands", language]
        assert [command["command"] for command in commands] == list(COMMANDS)


def test_only_languages_that_are_on_are_introduced(telegram: FakeTelegram, clock: MovableClock) -> None:
    """Name, descriptions and commands of a language come with it; other phones read Dutch where English is off."""
    introduced(telegram, Texts(catalogues().only(("nl", "ar")), clock.zone))
    for what in (*LIMITS, "commands"):
        assert {language for named, language in telegram.profile if named == what} == {"", "nl", "ar"}
        assert telegram.profile[what, ""] == telegram.profile[what, "nl"]


def test_what_stands_already_is_not_sent_again(telegram: FakeTelegram, texts: Texts) -> None:
    """A second start changes nothing: Telegram allows few changes a day."""
    introduced(telegram, texts)
    telegram.calls.clear()
    introduced(telegram, texts)
    assert not [method for method in telegram.calls if method.startswith("set")]


def test_a_failure_of_the_introduction_stops_nothing(telegram: FakeTelegram, texts: Texts) -> None:
    """If Telegram refuses one language the others are still done."""
    telegram.fail("setMyName", Fault(429, "Too Many Requests", retry_after=3600))
    introduced(telegram, texts)
    assert ("name", "") not in telegram.profile
    assert ("commands", "pl") in telegram.profile


def test_the_user_name_is_asked_for(telegram: FakeTelegram) -> None:
    """Links hold the bot's user name."""
    assert asking(telegram, user_name) == "wilg_bot"


def test_a_wrong_token_or_a_silent_telegram_stop_the_start(telegram: FakeTelegram) -> None:
    """The operator reads one sentence, without the token."""
    with pytest.raises(OperatorError, match="TELEGRAM_TOKEN"):
        asking(telegram, user_name, "1:wrong")
    telegram.fail("getMe", Fault(500))
    with pytest.raises(OperatorError, match="TELEGRAM_API_URL"):
        asking(telegram, user_name)
