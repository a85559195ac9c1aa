"""The whole script in the order in which it is tried. Who reads this file knows what can be said to the bot."""

from bot.conversation import admin, contact, everyone, grid, resident, rights, steward

SCRIPT = (
    *admin.SCRIPT,
    *grid.SCRIPT,
    *contact.SCRIPT,
    *everyone.BEGIN,
    *rights.SCRIPT,
    *resident.ALARM,  # Words of an emergency win over every dialog.
    *steward.SCRIPT,
    *steward.TALK,
    *resident.SCRIPT,
    *everyone.END,
)
