"""Phones in Telegram: a small Bot API in between, the real loops that receive and deliver behind it."""

from contextlib import ExitStack
from itertools import count

import httpx
from sqlalchemy import func, select
from starlette.applications import Starlette

from bot.assistant.reception import Reception
from bot.channels.telegram.budget import Budget
from bot.channels.telegram.client import Client
from bot.channels.telegram.poll import Poll
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.webhook_watch import secret_for, webhook_address
from bot.demo.phones import Bubble, NoSuchButtonError, Phone, Seen
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import DoorKind
from bot.storage.database import Database
from bot.workers.delivery import Delivery
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.running import Loop, running
from tests.talks.doors import PhoneDoor
from tests.talks.school import School
from tests.telegram_api import Shown
from tests.webhook_server import public_address, serve

STICKER = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}


class TelegramPhone:
    """One private chat with the bot."""

    kind = DoorKind.TELEGRAM.value

    def __init__(self, door: "TelegramDoor", chat: int, letter: str) -> None:
        self._door = door
        self._telegram = door.telegram
        self._chat = chat
        self._letter = letter
        self._last_message = 0
        self._known: dict[int, Bubble] = {}

    def open(self) -> Seen:
        """Use the link of the letter."""
        return self.say(f"/start {self._letter}")

    def say(self, words: str) -> Seen:
        """Type words; what Telegram refuses as too long for one message goes as two."""
        self._last_message = self._telegram.person_says(self._chat, words, language=None)
        return self.looks()

    def tap(self, label: str) -> Seen:
        """Tap the newest button that carries this label."""
        return self._tap(label, -1)

    def tap_old(self, label: str) -> Seen:
        """Tap the oldest button that carries this label."""
        return self._tap(label, 0)

    def _tap(self, label: str, place: int) -> Seen:
        found = [
            made["callback_data"]
            for shown in self._telegram.messages(self._chat)
            for row in shown.buttons
            for made in row
            if made["text"] == label and "callback_data" in made
        ]
        if not found:
            raise NoSuchButtonError(label)
        self._telegram.person_taps(self._chat, found[place], language=None)
        return self.looks()

    def voice(self) -> Seen:
        """Record a voice message."""
        self._telegram.person_sends_voice(self._chat, b"OggS")
        return self.looks()

    def photo(self) -> Seen:
        """Send a photo."""
        self._telegram.person_sends_photo(self._chat, b"jpeg")
        return self.looks()

    def sticker(self) -> Seen:
        """Send a sticker."""
        sticker = {"file_id": "sticker", "file_unique_id": "sticker", **STICKER}
        self._telegram.person_sends(self._chat, sticker=sticker, language=None)
        return self.looks()

    def correct(self, words: str) -> Seen:
        """Edit the message sent last."""
        self._telegram.person_edits(self._chat, self._last_message, words)
        return self.looks()

    def looks(self) -> Seen:
        """What is new or changed in the chat, once everything was received and delivered."""
        self._door.wait_until_quiet()
        now = {shown.message_id: _bubble(shown) for shown in self._telegram.messages(self._chat)}
        new = [bubble for number, bubble in now.items() if self._known.get(number) != bubble]
        self._known = now
        return Seen(new)


def _bubble(shown: Shown) -> Bubble:
    return Bubble(shown.text, tuple(shown.labels))


class TelegramDoor(PhoneDoor):
    """One bot, polled and served by the real loops."""

    def __init__(self, school: School) -> None:
        super().__init__(school)
        self.telegram = self.opened.enter_context(FakeTelegram())
        self._running = self.opened.enter_context(ExitStack())
        self._chats = count(6001)
        self.restart()

    def phone(self, letter: str) -> Phone:
        """A new chat."""
        return TelegramPhone(self, next(self._chats), letter)

    def restart(self) -> None:
        """The loops end, and new ones begin on new connections."""
        self._running.close()
        database = Database(self.school.url)
        self._running.callback(database.close)
        client = Client(TOKEN, self.telegram.url)
        tools, texts = self.school.tools, self.school.texts
        delivery = Delivery(database, tools, texts, TelegramSender(client.bot, Budget(None)))
        reception = Reception(database, tools, texts, after_commit=delivery.bell.ring)
        receiving = self.receiving(client, reception)
        self._running.enter_context(running(client.close, receiving=receiving, delivery=delivery.run))

    def receiving(self, client: Client, reception: Reception) -> Loop:
        """The loop that takes in what people do."""
        clock = self.school.clock
        return Poll(client, reception.take, reception.comfort, clock, long_poll_s=5, pause_s=0.05).run

    def wait_until_quiet(self) -> None:
        """Every update is confirmed and every message delivered."""
        self.telegram.wait_until(lambda: not self.telegram.unconfirmed and not self._on_their_way())

    def _on_their_way(self) -> int:
        waits = Outgoing.state == OutgoingState.WAITING.value
        with self.school.database.reading() as session:
            query = select(func.count()).select_from(Outgoing).where(waits | Outgoing.edited)
            return session.scalar(query) or 0


class WebhookDoor(TelegramDoor):
    """One bot to which Telegram sends; its address is there again after every restart."""

    def __init__(self, school: School) -> None:
        self._address = ExitStack()
        self._listening, url = self._address.enter_context(public_address())
        super().__init__(school)
        self.opened.callback(self._address.close)
        set_webhook = f"{self.telegram.url}/bot{TOKEN}/setWebhook"
        told = {"url": webhook_address(url), "secret_token": secret_for(TOKEN)}
        assert httpx.post(set_webhook, json=told).is_success

    def receiving(self, client: Client, reception: Reception) -> Loop:
        """The server that Telegram sends to."""
        webhook = Webhook(client, reception.take, reception.comfort, self.school.clock)
        return serve(Starlette(routes=webhook.routes()), self._listening)
