"""The floor: python-telegram-bot as it comes, with one handler that sends one message and stores nothing.

`python -m tests.bench.bare API_URL AT_ONCE`; it knows nothing of the assistant, so that its memory is its own.
"""

import logging
import sys
import warnings

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

TOKEN = "4242:an-invented-token"  # the fake Telegram's own, which is not asked here
REPLY = "Pytanie 3 z 15. Co dziecko lubi robić? Napisz albo powiedz."


def main() -> None:
    """Every message is answered with one message until the process is stopped."""
    api_url, at_once = sys.argv[1], int(sys.argv[2])
    warnings.simplefilter("ignore")
    logging.disable()
    builder = Application.builder().token(TOKEN)
    builder = builder.base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    if at_once > 1:
        builder = builder.concurrent_updates(at_once)
    application = builder.build()

    async def reply(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_chat is not None
        await application.bot.send_message(update.effective_chat.id, REPLY)

    application.add_handler(MessageHandler(filters.ALL, reply))
    application.run_polling()


if __name__ == "__main__":
    main()
