"""Updates are posted to a webhook until it agrees."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.standin import Json, Person, StandIn, wait_until
from tests.unit.standin.calls import ask, result


class Ear(ThreadingHTTPServer):
    """A webhook that refuses the first posts and keeps the rest."""

    def __init__(self, refuse: int) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.refuse = refuse
        self.got: list[tuple[str | None, Json]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Listener(BaseHTTPRequestHandler):
    """Answers one post."""

    server: Ear

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.refuse > 0:
            self.server.refuse -= 1
            self.send_response(503)
        else:
            self.server.got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_webhook_gets_every_update_in_order_until_it_agrees(standin: StandIn, wang: Person) -> None:
    wang.says("before")
    ear = Ear(refuse=2)
    try:
        result(standin, "setWebhook", url=ear.url, secret_token="s3cret", max_connections=4)
        assert ask(standin, "getUpdates")[0] == 409
        for n in range(5):
            wang.says(str(n))
        wait_until(lambda: len(ear.got) == 6)
        assert [body["message"]["text"] for _, body in ear.got] == ["before", "0", "1", "2", "3", "4"]
        assert {secret for secret, _ in ear.got} == {"s3cret"}
        wait_until(lambda: standin.counters["pending"] == 0)
        info = result(standin, "getWebhookInfo")
        assert info["last_error_message"].startswith("Wrong response from the webhook: 503")
        standin.repeat(ear.got[0][1]["update_id"])
        wait_until(lambda: len(ear.got) == 7)
        ear.refuse = 1_000
        wang.says("kept")
        wait_until(lambda: ear.refuse < 1_000)
        assert result(standin, "getWebhookInfo")["pending_update_count"] == 1
        result(standin, "deleteWebhook")
        kept: list[Json] = wait_until(lambda: result(standin, "getUpdates"))
        assert [update["message"]["text"] for update in kept] == ["kept"]
    finally:
        ear.shutdown()
        ear.server_close()
