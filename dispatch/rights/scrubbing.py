"""Takes what was erased out of the database's files: at once for a person who asked, at night for what was only old."""

from sqlalchemy import delete

from dispatch import marks
from dispatch.rights.erasing import SCRUB
from dispatch.rights.retention import END
from dispatch.rules import Rules
from models.clock import Clock
from models.mail import Mark
from models.store import Store


def scrub_when_due(store: Store, clock: Clock, rules: Rules) -> bool:
    """Scrub the files if something waits for it and its time has come; whether that was done."""
    with store.read() as conn:
        wanted = marks.get(conn, SCRUB)
    if wanted is None:
        return False
    if wanted[0] == "night" and rules.local(clock.now()).hour != END:
        return False
    if not store.scrub():
        return False
    with store.write() as conn:  # Unless something more was deleted meanwhile.
        conn.execute(delete(Mark).where(Mark.name == SCRUB, Mark.at == wanted[1]))
    return True
