"""Delivers updates to the bot's webhook: in order within a chat, several chats at once, again until it says 2xx."""

import asyncio
import json
import time
from collections import deque

import aiohttp

from .errors import Json
from .world import World

FIRST_WAIT = 0.1
"""Seconds before the second try (Telegram waits about one); doubled with every failure."""
LONGEST_WAIT = 5.0
ANSWER_WITHIN = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def lane_of(update: Json) -> int:
    """Return the chat or person whose updates have to stay in order; 0 for everything else."""
    for content in update.values():
        if isinstance(content, dict):
            about = content.get("chat") or content.get("from")
            if isinstance(about, dict):
                return int(about.get("id") or 0)
    return 0


class Webhook:
    """Carries updates from the queue to the address that the bot named, as long as it names one."""

    def __init__(self, world: World) -> None:
        """Watch the world's queue and webhook."""
        self.world = world
        self._lanes: dict[int, deque[Json]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._changed = world.webhook_changed

    async def run(self) -> None:
        """Serve one webhook setting after the other until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self.world.webhook["url"]:
                await self._serve(self.world.webhook)

    async def _serve(self, setting: Json) -> None:
        places = asyncio.Semaphore(int(setting.get("max_connections") or 40))
        connector = aiohttp.TCPConnector(limit=0, ssl=False)
        timeout = aiohttp.ClientTimeout(ANSWER_WITHIN)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            try:
                while self.world.webhook is setting:
                    self._spread(session, setting, places)
                    await self._changed.wait()
                    self._changed.clear()
            finally:
                await self._stop()
        if self.world.webhook["url"]:
            self._changed.set()

    def _spread(self, session: aiohttp.ClientSession, setting: Json, places: asyncio.Semaphore) -> None:
        queue = self.world.queue
        updates = [*queue.again, *queue.waiting]
        queue.again.clear()
        queue.waiting.clear()
        self.world.in_flight += len(updates)
        for update in updates:
            lane = lane_of(update)
            if lane in self._lanes:
                self._lanes[lane].append(update)
                continue
            self._lanes[lane] = deque([update])
            worker = asyncio.create_task(self._drain(lane, session, setting, places))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _drain(self, lane: int, session: aiohttp.ClientSession, setting: Json, places: asyncio.Semaphore) -> None:
        updates = self._lanes[lane]
        wait = FIRST_WAIT
        while updates:
            async with places:
                trouble = await self._post(session, setting, updates[0])
            if trouble is None:
                updates.popleft()
                self.world.in_flight -= 1
                self.world.queue.confirmed += 1
                wait = FIRST_WAIT
                continue
            self.world.counts["webhook failures"] += 1
            self.world.webhook_trouble = {"last_error_date": int(time.time()), "last_error_message": trouble}
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        del self._lanes[lane]

    async def _post(self, session: aiohttp.ClientSession, setting: Json, update: Json) -> str | None:
        headers = {"Content-Type": "application/json"}
        if setting.get("secret_token"):
            headers[SECRET_HEADER] = setting["secret_token"]
        self.world.counts["webhook posts"] += 1
        body = json.dumps(update)
        try:
            async with session.post(setting["url"], data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError as error:
            return f"Connection closed: {type(error).__name__}"

    async def _stop(self) -> None:
        """Stop delivering; what was not taken waits in the queue again."""
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        left = [update for lane in self._lanes.values() for update in lane]
        left.sort(key=lambda update: int(update["update_id"]))
        self._lanes.clear()
        self.world.in_flight = 0
        if not self.world.webhook.get("drop_pending_updates"):
            self.world.queue.waiting.extendleft(reversed(left))
