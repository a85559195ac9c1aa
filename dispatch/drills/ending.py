"""When a practice is over, and how it ends: by itself, without asking anybody whether it is solved."""

from dispatch import lifecycle, telling
from dispatch.cases import Case
from dispatch.work import Work
from models.words import Due, Ending, Event


def is_over(work: Work, case: Case) -> bool:
    """Whether its next step would be no practice any more.

    That is the branch's rung, another round after whoever took it fell silent, or an hour at which it was not ordered.
    The one kind word, "arrived?", is part of it.
    """
    if case.due is Due.ASK_ARRIVED:
        return False
    last = case.rung >= len(case.ladder) - 1
    late = work.rules.hushed(work.now) and not work.rules.hushed(case.opened_at)
    return case.due is not Due.CLIMB or last or late


def end(work: Work, case: Case) -> Case:
    """It is over: the cards say so, and whoever ordered it gets the report."""
    after = lifecycle.move(work, case, Event.END_DRILL, None, ending=Ending.PRACTISED)
    telling.tell(work, case, after, Event.END_DRILL)
    return after
