"""The programs that are measured, each in its own process: `python -m tests.bench.contestants NAME API_URL FOLDER`.

`bare` is python-telegram-bot as it comes: polling and one handler that sends one message and stores nothing.
`ours` is the whole assistant on SQLite with `synchronous=FULL`, only Telegram's own limits lifted.
"""

import asyncio
import signal
import sys
import warnings

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.channels.telegram.budget import Budget
from bot.channels.telegram.client import keep_quiet
from bot.settings import read_settings
from bot.wiring import wire
from tests.fake_telegram import TOKEN

REPLY = "Pytanie 3 z 15. Co dziecko lubi robić? Napisz albo powiedz."


def bare(api_url: str) -> None:
    """Every message is answered with one message until the process is stopped."""
    keep_quiet()
    builder = (
        Application.builder().token(TOKEN).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    )
    application = builder.build()

    async def reply(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_chat is not None
        await application.bot.send_message(update.effective_chat.id, REPLY)

    application.add_handler(MessageHandler(filters.ALL, reply))
    application.run_polling()


async def _work(api_url: str, folder: str) -> None:
    settings = read_settings({"DATA_DIR": folder, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api_url})
    house = wire(settings, budget=Budget(None))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        await house.work(stop)
    finally:
        house.close()


def main() -> None:
    """The named program runs until it is stopped."""
    name, api_url, folder = sys.argv[1:]
    if name == "bare":
        warnings.simplefilter("ignore")
        bare(api_url)
    else:
        asyncio.run(_work(api_url, folder))


if __name__ == "__main__":
    main()
