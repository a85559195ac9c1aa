"""What the running service logs at its most talkative, also while everything fails, holds no word of anybody."""

from pathlib import Path

import yaml
from sqlalchemy import func, select, text

from bench import county, processes
from models.mail import Inbox
from models.requests import Request
from models.store import Store
from models.words import Mail

SAID, LATER, TYPED = "厨房水龙头漏得满地都是水", "昨天夜里开始漏的呀", "灶台边上也湿透了呢"


def _counted(store: Store, what: object) -> int:
    with store.read() as conn:
        return int(conn.scalar(what) or 0)  # type: ignore[call-overload]


def test_the_log_of_the_running_service_holds_no_word(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'store.db'}"
    store = Store(database)
    county.fill(store, county.Size(villages=1, residents=2))
    with processes.standing_in(tmp_path) as standin:
        config = processes.configure(tmp_path, database, standin.api_url)
        talkative = {**yaml.safe_load(config.read_text()), "log": {"level": "debug"}}
        config.write_text(yaml.safe_dump(talkative, allow_unicode=True))
        standin.people(county.FIRST_STEWARD, county.Size().stewards)
        granny, grandpa = standin.people(county.FIRST_RESIDENT, 2)
        with processes.served(config) as service:
            processes.wait_until(lambda: standin.counters["polling"])
            granny.says(SAID)
            processes.wait_until(lambda: _counted(store, select(func.count()).select_from(Request)))
            chat = {"id": county.FIRST_RESIDENT, "type": "private"}
            sender = {"id": county.FIRST_RESIDENT, "is_bot": False, "first_name": SAID}
            standin.raw({"message": {"message_id": SAID, "date": SAID, "chat": chat, "from": sender, "text": SAID}})
            with store.write() as conn:
                conn.execute(text("ALTER TABLE offers RENAME TO offers_away"))
            grandpa.says(LATER)
            granny.says(TYPED)
            aside = select(func.count()).where(Inbox.error.is_not(None), Inbox.state != Mail.DONE)
            processes.wait_until(lambda: _counted(store, aside) > 1)  # Of each of them.
        log = service.log.read_text("utf-8", errors="replace")
    store.close()
    assert "update cannot be read" in log
    assert "letter failed" in log
    assert [one for one in (SAID, LATER, TYPED, SAID[:6], LATER[:6]) if one in log] == []
