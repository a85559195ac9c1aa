"""The day and time for which help is asked: what people write, and what must not be taken for an appointment."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.moments import asked_for, written

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # A Tuesday.

APPOINTMENTS = {
    "周六给我妈理发": "11-28 09:00",
    "周六，给我妈理发": "11-28 09:00",
    "星期六下午三点来理发": "11-28 15:00",
    "礼拜天上午来打扫屋子": "11-29 09:00",
    "周末来帮忙剪枝": "11-28 09:00",
    "下周三上午来打扫屋子": "12-02 09:00",
    "这周五来帮我搬家": "11-27 09:00",
    "明儿下午三点半来修水管": "11-25 15:30",
    "明天15:30来修水管": "11-25 15:30",
    "明天１５：３０来修水管": "11-25 15:30",
    "明早来接孩子": "11-25 08:00",
    "今晚八点来调解": "11-24 20:00",
    "今天下午三点一刻来修灯": "11-24 15:15",
    "后天来剪头发": "11-26 09:00",
    "大后天上午送饭": "11-27 09:00",
    "三天后帮我取快递": "11-27 09:00",
    "12月3号帮我去医院拿药": "12-03 09:00",
    "十二月三号下午两点来帮忙搬家": "12-03 14:00",
    "15号来修灯": "12-15 09:00",
    "下个月3号来帮忙": "12-03 09:00",
    "2026-12-01 10:00 来修灯": "12-01 10:00",
    "三点半来修水管": "11-24 15:30",
    "下午三点来帮我搬东西": "11-24 15:00",
    "中午一点来接孩子": "11-24 13:00",
    "晚上七点来陪老人": "11-24 19:00",
    "明天三点零五来接我": "11-25 15:05",
    "水管坏了，明天下午来修": "11-25 14:00",
    "明天能有人来吗": "11-25 09:00",
    "不急，明天来修灯": "11-25 09:00",
    "Saturday, cut my mother's hair": "11-28 09:00",
    "please come on Saturday at 3 pm to fix the tap": "11-28 15:00",
    "tomorrow at 3:30 pm please fix the tap": "11-25 15:30",
    "next Monday I need a haircut": "11-30 09:00",
    "the light is broken, please come tomorrow": "11-25 09:00",
    "need a ride on 3 December at 10 am": "12-03 10:00",
    "I need a ride on Dec 3rd": "12-03 09:00",
    "need someone to look after grandpa on friday evening": "11-27 19:00",
    "the day after tomorrow, please help me move": "11-26 09:00",
    "come at 3": "11-24 15:00",
}
PAST_OR_FAR = {
    "今天早上八点来帮忙": "2026-11-24",
    "11月20号来帮我修灯": "2026-11-20",
    "3月5号来帮我": "2027-03-05",
}
AT_ONCE = [
    "昨天灯就坏了",
    "三点的时候停电了",
    "灯坏了明天来修不来都行",
    "今天灯坏了",
    "今天来修灯",
    "周六修的灯又坏了",
    "上周六来过没修好",
    "从周一开始没电",
    "明天要停电，帮我看看",
    "明天我不在家，今天来修",
    "明天之前修好",
    "明天来电吗",
    "每天来送饭",
    "快一点来修灯",
    "有一点漏水",
    "要两点意见",
    "帮我买两点东西",
    "3号楼2单元来修灯",
    "我家15号，来修灯",
    "团结路15号来修水管",
    "电话13800000000，来修灯",
    "3点5公里",
    "明天",
    "明天下雨，帮我收玉米",
    "周二来理发",
    "晚上没暖气",
    "灯坏了",
    "急，明天来不及了，来人",
    "2月30号来修灯",
    "25点来修",
    "The light broke on Saturday",
    "at 3 pm the power went out",
    "water has been off since Monday",
    "I need help today",
    "Can someone fix my light at 5 Park Road",
    "at 3 people came to fight",
    "need it by tomorrow",
    "come now, not tomorrow",
    "the market 5 is dirty, please clean",
    "",
]
ANSWERS = {
    "周六上午九点": "11-28 09:00",
    "明天": "11-25 09:00",
    "9:30": "11-24 09:30",
    "12/3": "12-03 09:00",
    "改到周五吧": "11-27 09:00",
    "tomorrow 3pm": "11-25 15:00",
    "3 december": "12-03 09:00",
    "7点": "11-24 19:00",
}


@pytest.mark.parametrize("words", APPOINTMENTS)
def test_asked_for_a_day(words: str) -> None:
    found = asked_for(words, NOW)
    assert found is not None
    assert f"{found:%m-%d %H:%M}" == APPOINTMENTS[words]
    assert found.tzinfo is NOW.tzinfo


@pytest.mark.parametrize("words", PAST_OR_FAR)
def test_a_past_or_far_day_is_understood_as_it_is_meant(words: str) -> None:
    found = asked_for(words, NOW)
    assert found is not None
    assert f"{found:%Y-%m-%d}" == PAST_OR_FAR[words]


@pytest.mark.parametrize("words", AT_ONCE)
def test_whatever_is_not_sure_starts_at_once(words: str) -> None:
    assert asked_for(words, NOW) is None


@pytest.mark.parametrize("words", ANSWERS)
def test_an_answer_to_when(words: str) -> None:
    found = written(words, NOW)
    assert found is not None
    assert f"{found:%m-%d %H:%M}" == ANSWERS[words]


@pytest.mark.parametrize("words", ["不知道", "随便", "whenever", "", "2月30号"])
def test_no_answer_to_when(words: str) -> None:
    assert written(words, NOW) is None


def test_this_afternoon_in_the_afternoon_is_now() -> None:
    late = NOW.replace(hour=15)
    assert asked_for("下午来修灯", late) is None
    assert asked_for("下午来修灯", NOW) is not None


def test_the_end_of_the_year_leads_into_the_next() -> None:
    eve = NOW.replace(month=12, day=31)
    assert f"{asked_for('3号来修灯', eve):%Y-%m-%d}" == "2027-01-03"
    assert f"{asked_for('1月3号来修灯', eve):%Y-%m-%d}" == "2027-01-03"
