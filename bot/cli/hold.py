"""The hold of a restored store: nothing is sent and no clock runs until somebody has looked."""

from sqlalchemy import delete

from bot.cli.front import Front
from dispatch.marks import HOLD
from models.mail import Mark
from models.migrate import migrate


def release(front: Front) -> bool:
    """End the hold of a restored store; whether there was one."""
    with front.store() as store:
        migrate(store)
        with store.write() as conn:
            return conn.execute(delete(Mark).where(Mark.name == HOLD)).rowcount > 0
