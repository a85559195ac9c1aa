"""An offer's card is known in the outbox by the offer's token: those that have not left yet get their new key."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KIND = sa.literal(":offer", sa.String())
_OUTBOX = sa.table("outbox", sa.column("key", sa.String()), sa.column("offer_token", sa.String()), sa.column("state"))
_PARTS = tuple(sa.column(name, sa.Integer()) for name in ("request_id", "round", "rung", "person_id"))
_OFFERS = sa.table("offers", sa.column("token", sa.String()), *_PARTS)
_WAITS = _OUTBOX.c.state.in_(("pending", "sending", "in_doubt"))
_BY_TOKEN = _OUTBOX.c.offer_token + _KIND


def upgrade() -> None:
    op.execute(
        _OUTBOX.update()
        .where(_WAITS, _OUTBOX.c.offer_token.is_not(None), _OUTBOX.c.key.like("_%:_%:_%:_%:offer"))
        .values(key=_BY_TOKEN)
    )


def downgrade() -> None:
    request, *others = (sa.cast(_OFFERS.c[part.name], sa.String()) for part in _PARTS)
    former: sa.ColumnElement[str] = request
    for part in others:
        former = former + ":" + part
    theirs = sa.select(former + _KIND).where(_OFFERS.c.token == _OUTBOX.c.offer_token).scalar_subquery()
    op.execute(_OUTBOX.update().where(_WAITS, _OUTBOX.c.key == _BY_TOKEN).values(key=theirs))
