"""Builds every object once and introduces them to each other; decides nothing."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.assistant.reception import Reception
from bot.channels.telegram import profile
from bot.channels.telegram.budget import Budget
from bot.channels.telegram.client import Client
from bot.channels.telegram.init_data import InitData
from bot.channels.telegram.poll import Poll
from bot.channels.telegram.send import TelegramFetcher, TelegramSender
from bot.channels.telegram.shared_budget import BudgetInDatabase
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.webhook_watch import WebhookWatch, check_address, webhook_address
from bot.content import dialogs
from bot.content.catalogues import Catalogues
from bot.content.glossary_file import shipped_glossary
from bot.content.phrase_files import shipped_phrases
from bot.content.read_aloud import ReadAloud
from bot.content.reviewing import languages_on
from bot.content.school_file import read_school_file
from bot.content.school_words_file import shipped_school_words
from bot.content.shipped import shipped
from bot.content.texts import Texts
from bot.model.clock import Clock
from bot.model.errors import OperatorError
from bot.model.meters import SILENT, Meters
from bot.model.rhythm import Rhythm
from bot.model.transcript import Listener
from bot.services.tools import Tools
from bot.settings import Settings
from bot.storage.database import Database
from bot.translation import factory
from bot.translation import glossary as glossaries
from bot.translation.detection import Detector
from bot.translation.glossary import Glossary
from bot.translation.masking import KeepingTerms
from bot.translation.phrasebook import Phrasebook
from bot.translation.ports import Provider
from bot.translation.school_words import SchoolWordFinder
from bot.translation.speech import Whisper
from bot.web.app import Application, application
from bot.web.bell import Bell
from bot.workers.crew import Crew
from bot.workers.delivery import Delivery
from bot.workers.erasure import Erasure
from bot.workers.loops import run_until
from bot.workers.masking import NamesStay
from bot.workers.media import Media
from bot.workers.reminders import Reminders
from bot.workers.speech import Speech
from bot.workers.translation import Translating

MorePages = Callable[[Database, Tools, Texts], Sequence[Any]]


@dataclass(frozen=True)
class House:
    """Everything a command needs."""

    database: Database
    tools: Tools
    texts: Texts
    reception: Reception
    application: Application
    loops: Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
    bell: Bell
    telegram: Client | None
    crew: Crew
    pausing: set[str]

    async def work(self, stop: asyncio.Event) -> None:
        """All background work goes on until `stop` is set. Raises OperatorError when it cannot."""
        gc.collect()
        gc.freeze()  # what the program is made of is never garbage, and to look again and again costs a fifth
        try:
            await run_until(stop, self.loops, self.pausing)
        finally:
            await asyncio.to_thread(self.crew.leave)
            if self.telegram:
                await self.telegram.close()

    def close(self) -> None:
        """Open chats end and all connections are given back."""
        self.bell.close()
        self.database.close()


def wire(
    settings: Settings,
    *,
    clock: Clock | None = None,
    phrases: Sequence[Mapping[str, str]] = (),
    ask_telegram: bool = False,
    more_pages: MorePages | None = None,
    budget: Budget | None = None,
    meters: Meters = SILENT,
    webhook: bool = False,
    rhythm: Rhythm | None = None,
) -> House:
    """The whole house. Raises OperatorError with one sentence when something that people edit cannot be used.

    `ask_telegram` asks Telegram for the bot's name, which links to it hold; it is the only call over the network.
    `budget` takes the place of Telegram's published limits, `rhythm` of what the school decided. With `webhook`
    Telegram sends, else it is asked.
    """
    if webhook:
        check_address(settings.public_url, settings.telegram_api_url)
    texts, tools, providers, glossary = _tools(
        settings, clock or Clock(settings.school_timezone), phrases, ask_telegram, rhythm
    )
    listener = _listener(settings)
    tools = replace(tools, hears=listener is not None)
    database = Database(settings.database_url)
    bell = Bell(database)
    rings: list[Callable[[], None]] = [bell.ring]

    def after_commit() -> None:
        for ring in rings:
            ring()

    crew = Crew(database, receives=bool(settings.telegram_token) and not webhook)
    reception = Reception(database, tools, texts, after_commit=after_commit, meters=meters)
    telegram = Client(settings.telegram_token, settings.telegram_api_url) if settings.telegram_token else None
    fetcher = TelegramFetcher(telegram.bot) if telegram else None
    common: dict[str, Any] = {"after_commit": after_commit, "crew": crew, "meters": meters}
    media = Media(database, tools, texts, fetcher, **common)
    masking = NamesStay(database, glossary, tools.detector)
    translating = Translating(
        database,
        tools,
        texts,
        [provider if provider.outside else KeepingTerms(provider, glossary) for provider in providers],
        only_for=settings.translators_for,
        masking=masking,
        doubts=masking.doubts,
        **common,
    )
    loops: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "crew": crew.run,
        "media": media.run,
        "translation": translating.run,
        "reminders": Reminders(database, tools, texts, after_commit=after_commit).run,
        "erasure": Erasure(database, tools, texts, after_commit=after_commit).run,
    }
    rings += [media.bell.ring, translating.bell.ring]
    if listener is not None:
        speech = Speech(database, tools, texts, listener, after_commit=after_commit, crew=crew)
        rings.append(speech.bell.ring)
        loops["speech"] = speech.run
    routes = list(more_pages(database, tools, texts)) if more_pages else []
    if telegram:
        sender = TelegramSender(telegram.bot, budget or _budget(database))
        delivery = Delivery(database, tools, texts, sender, **common)
        rings.append(delivery.bell.ring)
        loops["delivery"] = delivery.run
        address = webhook_address(settings.public_url)
        ways_in = (telegram, reception.take, reception.comfort, tools.clock)
        if webhook:
            routes += Webhook(*ways_in, meters=meters).routes()
            loops["webhook"] = WebhookWatch(telegram.bot, address, tools.clock).run
        else:
            may_receive = crew.may_receive if database.shared else None
            poll = Poll(*ways_in, webhook_url=address, may_receive=may_receive, meters=meters)
            loops["telegram"] = poll.run
        loops["introduction"] = partial(profile.introduce, telegram.bot, texts)
    pausing: set[str] = set()
    app = application(
        database=database,
        tools=tools,
        texts=texts,
        reception=reception,
        bell=bell,
        after_commit=after_commit,
        framing="self" if more_pages else "none",
        more_routes=routes,
        pausing=pausing,
        vouch=InitData(telegram.bot.token) if telegram else None,
    )
    return House(database, tools, texts, reception, app, loops, bell, telegram, crew, pausing)


def _listener(settings: Settings) -> Listener | None:
    """Who writes down what is said, if the school has a model for it."""
    if settings.speech_model_dir is None:
        return None
    try:
        return Whisper(settings.speech_model_dir)
    except ValueError as error:
        raise OperatorError(str(error)) from None


def _budget(database: Database) -> Budget:
    return BudgetInDatabase(database) if database.shared else Budget()


def _tools(
    settings: Settings,
    clock: Clock,
    phrases: Sequence[Mapping[str, str]],
    ask_telegram: bool,
    rhythm: Rhythm | None,
) -> tuple[Texts, Tools, list[Provider], Glossary]:
    catalogues = Catalogues(shipped("locales"))
    folders = [shipped("dialogs"), *([settings.dialogs_dir] if settings.dialogs_dir else [])]
    loaded = dialogs.load(folders, catalogues)
    school = read_school_file(settings.data_dir)
    for problem in (*loaded.problems, *school.problems):
        if not problem.note:
            raise OperatorError(f"{problem}. `oudergesprek check` lists everything.")
    providers = translators(settings)
    spoken = catalogues.only(languages_on(catalogues, school.languages))
    tools = Tools(
        clock=clock,
        scripts=loaded.scripts,
        languages=spoken.languages,
        phrasebook=Phrasebook([*phrases, *school.phrases], shipped_phrases()[0]),
        detector=Detector(spoken.languages),
        translates=bool(providers),
        public_url=settings.public_url,
        outside_translators=tuple(provider.name for provider in providers if provider.outside),
        telegram_name=_telegram_name(settings) if ask_telegram else None,
        sensitive_readers=frozenset(school.sensitive_readers),
        rhythm=rhythm or school.rhythm,
        hint_words=school.hint_words,
        words_in_staff_chat=school.words_in_staff_chat,
        read_aloud=ReadAloud(folders),
        school_words=SchoolWordFinder(shipped_school_words()[0].under(school.school_words)),
        buddies=school.buddies,
    )
    glossary = Glossary(glossaries.both(school.glossary, shipped_glossary()))
    return Texts(spoken, clock.zone), tools, providers, glossary


def translators(settings: Settings) -> list[Provider]:
    """The translators that are switched on; none is asked anything yet. Raises OperatorError with one sentence."""
    access = factory.Access(
        libretranslate_url=settings.libretranslate_url,
        deepl_key=settings.deepl_key,
        deepl_url=settings.deepl_url,
        microsoft_key=settings.microsoft_key,
        microsoft_region=settings.microsoft_region,
        microsoft_url=settings.microsoft_url,
        models_dir=settings.models_dir,
    )
    try:
        return factory.build(settings.translators, access)
    except ValueError as error:
        raise OperatorError(str(error)) from None


def _telegram_name(settings: Settings) -> str | None:
    """The bot's user name; None without a token."""
    if not settings.telegram_token:
        return None
    telegram = Client(settings.telegram_token, settings.telegram_api_url)

    async def ask() -> str:
        try:
            return await profile.user_name(telegram.bot)
        finally:
            await telegram.close()

    return asyncio.run(ask())
