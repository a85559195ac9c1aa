"""Runs the service with its webhook announced by plain http: on a loopback nobody ends TLS in front of it."""

import sys
from pathlib import Path

from bot import logs
from bot.app import serve
from bot.config import load


def main() -> None:
    """Serve with the config file named on the command line."""
    config = load(Path(sys.argv[1]))
    logs.configure(config.log)
    hook = config.telegram.webhook
    plain = hook.model_copy(update={"url": str(hook.url).replace("https://", "http://", 1)})
    serve(config.model_copy(update={"telegram": config.telegram.model_copy(update={"webhook": plain})}))


if __name__ == "__main__":
    main()
