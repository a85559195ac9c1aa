"""The whole script in the order in which it is tried. Who reads this file knows what can be said to the bot."""

from bot.conversation import (
    admin,
    behalf,
    contact,
    dated,
    doubles,
    drill,
    everyone,
    gathering,
    grid,
    guardians,
    keeping,
    paper,
    points,
    publishing,
    resident,
    rights,
    roll,
    service,
    steward,
    teams,
    theme,
    visited,
    visits,
)

SCRIPT = (
    *admin.SCRIPT,
    *grid.SCRIPT,
    *drill.SCRIPT,
    *guardians.SCRIPT,
    *contact.SCRIPT,
    *everyone.BEGIN,
    *rights.SCRIPT,
    *visits.ALARM,  # At the door of a household: help is needed there.
    *resident.ALARM,  # Words of an emergency win over every dialog.
    *gathering.SCRIPT,
    *keeping.SCRIPT,
    *roll.SCRIPT,
    *theme.SCRIPT,
    *service.SCRIPT,  # Before a steward's leave: a number behind /leave is a service day's.
    *visits.SCRIPT,  # Before a steward's other words: during a visit they are its notes.
    *visited.SCRIPT,
    *paper.SCRIPT,
    *points.SCRIPT,
    *publishing.SCRIPT,
    *dated.DIALOG,
    *behalf.DIALOG,
    *teams.SCRIPT,
    *steward.SCRIPT,
    *dated.SCRIPT,
    *behalf.SCRIPT,
    *steward.TALK,
    *doubles.SCRIPT,
    *resident.SCRIPT,
    *everyone.END,
)
