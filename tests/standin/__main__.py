"""Runs the stand-in as a process of its own; prints its port once it serves."""

import argparse
import asyncio
import signal

from .server import Server
from .world import TOKEN, World


async def serve(port: int, token: str, keep: int | None) -> None:
    """Serve until SIGTERM or SIGINT."""
    server = Server(World(token, keep))
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    print(await server.start(port), flush=True)  # noqa: T201 - Whoever started it with port 0 reads this line.
    await over.wait()
    await server.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--keep", type=int, default=None, help="bound on calls, updates and messages of a chat kept")
    wanted = parser.parse_args()
    asyncio.run(serve(wanted.port, wanted.token, wanted.keep))


if __name__ == "__main__":
    main()
