"""What goes out: claimed in the order of the lanes under an epoch, settled by what became of it, at least once each."""

from dispatch.outbox.claiming import Backlog, Claimed, Draw, backlog, claim, due
from dispatch.outbox.parcels import Fate, Lost, Outcome, Parcel
from dispatch.outbox.settling import forget, remember_cards, settle, take_over, under_way

__all__ = [
    "Backlog", "Claimed", "Draw", "Fate", "Lost", "Outcome", "Parcel", "backlog", "claim", "due", "forget",
    "remember_cards", "settle", "take_over", "under_way",
]  # fmt: skip
