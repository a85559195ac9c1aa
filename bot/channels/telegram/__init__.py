"""Telegram: python-telegram-bot as client and parser over our own transport, poller and webhook."""

import os

# Spans as timedelta, as the library's next version has them; without this it warns at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")
