"""Why an entry was made by hand or reversed, in words that can be erased without breaking the seal."""

from sqlalchemy import insert

from dispatch import areas
from dispatch.areas import Located
from dispatch.taps import new_token
from dispatch.work import Work
from models.ledger import EntryNote


def keep(work: Work, author_id: int, place: Located, words: str) -> int:
    """Keep somebody's reason with a salt of its own; returns the note's number. The entry knows the hash alone."""
    codes = {name: getattr(place, name) for name in areas.CODES.values()}
    row = {"person_id": author_id, "salt": new_token(), "text": words, "at": work.now, **codes}
    return int(work.conn.execute(insert(EntryNote).returning(EntryNote.id), [row]).scalar_one())
