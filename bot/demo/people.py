"""Made-up people of one village: homes in grids, and who among their residents serves as what."""

import math
import random
from dataclasses import dataclass, field

from bot.demo.villages import Spot, shifted
from bot.roster import AdminRow, GridRow, HouseholdRow, ResidentRow, Roster, StewardRow, VillageRow, VolunteerRow
from dispatch import geo
from dispatch.spots import short
from models.words import Level

SOURCE = "demo"
RADIUS = 600.0  # Metres from the village's centre to its last steward.
STEWARDS, HOUSEHOLDS_EACH, VOLUNTEERS = 31, 10, 178
_PER_VILLAGE = 1000  # Phones set aside for one village.

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = (
    "春夏秋冬山川江河云雨雪月星辰松柏竹梅兰菊安平和顺吉祥福禄喜庆"
    "荣华富贵田禾谷丰麦穗果林木森青红玉石金玲珍珠凤燕莺鹏飞翔"
)
SKILLS = (
    "电工",
    "水工",
    "家电维修",
    "调解",
    "服务代办",
    "护理",
    "司机",
    "木工",
    "理发",
    "保洁",
    "治安",
    "农机",
    "宽带",
)
HANDY = ("电工", "水工", "家电维修", "服务代办", "木工", "司机", "保洁", "理发")  # The steward on the demo's page.
GRIDS = "一二三四五六"


@dataclass(frozen=True, slots=True)
class Home:
    """A home that is to be: its grid, its number, its point, and its head."""

    grid: str
    number: str
    at: geo.Point
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Leads:
    """Phones of the people on the demo's page."""

    resident: str
    steward: str
    secretary: str


@dataclass(slots=True)
class Village:
    """One village under construction. `number` counts the villages, so that phones do not repeat."""

    spot: Spot
    number: int
    chance: random.Random
    roster: Roster = field(default_factory=Roster)

    def build(self) -> Leads:
        """Fill the roster with the village; returns who could play on the demo's page."""
        spot = self.spot
        self.roster.villages.append(
            VillageRow(
                SOURCE, 0, spot.code, spot.name, spot.township_code, spot.township, spot.at.lat, spot.at.lon,
                self._phone(_PER_VILLAGE - 1),
            )
        )  # fmt: skip
        homes = self._homes()
        self._write_homes(homes)
        heads = self._stewards(homes)
        busy = set(heads)
        resident = next(home for home in homes if home.grid == heads[0].grid and home not in busy)
        nearest = min(
            (one for one in heads if one.grid == resident.grid), key=lambda one: geo.metres(one.at, resident.at)
        )
        self._write_stewards(heads, nearest)
        free = [home for home in homes if home not in busy and home is not resident]
        secretary = free.pop()
        self.roster.admins.append(AdminRow(SOURCE, 0, spot.code, Level.BRANCH, secretary.name, secretary.phone))
        self._write_volunteers(free, heads)
        return Leads(resident.phone, nearest.phone, secretary.phone)

    def _homes(self) -> list[Home]:
        grids = GRIDS[: self.chance.choice((4, 5, 5, 6))]
        homes = []
        for index in range(STEWARDS * HOUSEHOLDS_EACH):
            place = index % len(grids)
            angle = 2 * math.pi * (place + self.chance.uniform(0.05, 0.95)) / len(grids)
            away = RADIUS * math.sqrt(self.chance.uniform(0.01, 1))
            at = shifted(self.spot.at, away * math.sin(angle), away * math.cos(angle))
            homes.append(Home(f"{grids[place]}组", f"{index + 1}号", at, self._name(), self._phone(index)))
        return homes

    def _write_homes(self, homes: list[Home]) -> None:
        code, village = self.spot.code, short(self.spot.name)
        self.roster.grids += [GridRow(SOURCE, 0, code, grid) for grid in dict.fromkeys(home.grid for home in homes)]
        for home in homes:
            address = f"{village}{home.grid}{home.number}"
            self.roster.households.append(
                HouseholdRow(SOURCE, 0, code, home.grid, home.number, address, home.at.lat, home.at.lon)
            )
            self.roster.residents.append(ResidentRow(SOURCE, 0, code, home.number, home.name, home.phone))
            if self.chance.random() < 0.1:  # An old parent without a phone, helped through the family.
                self.roster.residents.append(ResidentRow(SOURCE, 0, code, home.number, self._name(), frail=True))

    def _stewards(self, homes: list[Home]) -> list[Home]:
        """The heads of every tenth home serve. Now and then a grid has nobody, so that doctor has something to say."""
        chosen = self.chance.sample(homes, STEWARDS)
        if self.number % 12 == 5:
            last = max(home.grid for home in homes)
            others = [home for home in homes if home.grid != last and home not in chosen]
            kept = [home for home in chosen if home.grid != last]
            chosen = kept + self.chance.sample(others, STEWARDS - len(kept))
        return chosen

    def _write_stewards(self, heads: list[Home], nearest: Home) -> None:
        idle = heads[0].grid if self.number % 9 == 4 else ""
        for home in heads:
            skills = tuple(self.chance.sample(SKILLS, self.chance.choice((0, 1, 1, 2))))
            on_duty = home is nearest or (home.grid != idle and self.chance.random() < 0.95)
            self.roster.stewards.append(
                StewardRow(
                    SOURCE, 0, self.spot.code, home.grid, home.name, home.phone, home.at.lat, home.at.lon,
                    skills=HANDY if home is nearest else skills, on_duty=on_duty,
                )
            )  # fmt: skip

    def _write_volunteers(self, free: list[Home], heads: list[Home]) -> None:
        groups = [f"{short(self.spot.name)}管家{place}队" for place in GRIDS[: self.chance.choice((2, 2, 3))]]
        chosen = self.chance.sample(free, VOLUNTEERS - 3) + self.chance.sample(heads, 3)  # A few serve as both.
        for index, home in enumerate(chosen):
            self.roster.volunteers.append(
                VolunteerRow(
                    SOURCE, 0, self.spot.code, groups[index % len(groups)], home.name, home.phone,
                    home.at.lat, home.at.lon, skills=tuple(self.chance.sample(SKILLS, self.chance.choice((0, 0, 1)))),
                )
            )  # fmt: skip

    def _name(self) -> str:
        return self.chance.choice(SURNAMES) + "".join(self.chance.choices(GIVEN, k=self.chance.choice((1, 2, 2, 2))))

    def _phone(self, index: int) -> str:
        return phone(self.number * _PER_VILLAGE + index)


def phone(index: int) -> str:
    """A number that looks like one and is nobody's."""
    return f"154{index:08d}"


def officials(chance: random.Random, spot: Spot, number: int, level: Level) -> list[AdminRow]:
    """Two people of a township's or the county's office."""
    code = spot.township_code if level is Level.TOWNSHIP else spot.township_code[:6]
    first = 90_000_000 + number * 2
    return [
        AdminRow(
            SOURCE, 0, code, level, chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2)), phone(first + extra)
        )
        for extra in range(2)
    ]  # fmt: skip
