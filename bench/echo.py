"""The measure of throughput: python-telegram-bot's own echo bot, as its README shows it, with all its defaults."""

import logging
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.standin import TOKEN


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main() -> None:
    """Poll the server named on the command line until SIGTERM."""
    logging.basicConfig(level=logging.WARNING)
    api_url = sys.argv[1]
    builder = Application.builder().token(TOKEN).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling(poll_interval=0, allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
