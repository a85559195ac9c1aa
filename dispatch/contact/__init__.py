"""The contact card (连心卡): who my steward is, and how a household's chat is bound to it."""
