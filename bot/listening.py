"""Takes the web server's address before anything is said of it, so that nobody is sent to a page that is not ours."""

import socket

from dispatch.errors import StewardError


class CannotListen(StewardError):
    """The address is another's, or none of this machine. Do: end what listens there, or choose another."""

    key = "cli.run.cannot_listen"


def listen(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of the host; 0 takes any free port.

    Raises:
        CannotListen: not one of them is to be had, or one belongs to another process.
    """
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((one[0], one[4]) for one in found):
            sockets.append(socket.create_server(address, family=family))
    except (OSError, UnicodeError) as cause:
        for one in sockets:
            one.close()
        why = getattr(cause, "strerror", None) or type(cause).__name__
        raise CannotListen(host=host, port=port, why=why) from cause
    return sockets
