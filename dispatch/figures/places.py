"""Figures of what there is in a village: homes, groups, cooperatives."""

from dispatch.figures.figure import Figure, figure
from models.cooperatives import Cooperative
from models.people import VolunteerGroup
from models.places import Area, Grid, Household
from models.words import Level

PLACES: tuple[Figure, ...] = (
    figure("villages", Area, (Area.name,), Area.level == Level.BRANCH, village=Area.code),
    figure(
        "households", Household, (Grid.name.label("grid"), Household.name.label("household")),
        joins=((Grid, Grid.id == Household.grid_id),),
    ),
    figure("groups", VolunteerGroup, (VolunteerGroup.name,)),
    figure("cooperatives", Cooperative, (Cooperative.name,)),
)  # fmt: skip
