"""What words mean: the alarms that must not be missed, and the everyday words that must not alarm anybody."""

import pytest

from bot.config import load
from bot.conversation.understanding import Meaning, Understanding
from dispatch.taps import Verb

ALARMS = """
着火了|房子着了|柴火垛着了|山上着了|楼上着了|着了火了|起火了|屋里冒烟了|着了|着了！着了！|电线着了|厨房烧起来了|电动车着了
煤气漏了|有煤气味|煤气灶漏气了|没煤气了，是漏气了|家里煤气中毒了|天然气泄漏|阀门漏气了|煤气灶漏气换电池|液化气漏了|叫煤烟熏着了
喝了农药|他喝了半瓶农药|把农药喝了|喝敌敌畏了|吃了一瓶安眠药|吃了老鼠药|孩子误食了洗衣粉
快叫救护车|叫救护车|救护车！|快打120|赶紧打119|帮我打110|要报警|救救我|快救人
我想死|不想活了|想不开|我爸要寻死|活够了|他要跳井|要上吊
胸疼|心口疼|胸口疼|胸口特别疼|心口窝一阵阵疼|心绞痛|我妈心脏疼得厉害|喘不上来气|上不来气|呼吸困难|没呼吸了|心跳停了
我爸晕了|奶奶晕倒了|他昏过去了|我妈突然晕了|喊不醒|怎么叫都不应|人没反应了|孩子没有反应了|爷爷没气了|人快不行了|嘴歪了
孩子抽搐了|口吐白沫|抽风了|羊角风犯了|噎住了|被噎着了|中风了|我爸脑梗了
摔倒起不来了|摔了一跤起不来|老人摔地上动不了|从房上摔下来了|摔断腿了|头破血流|流了好多血|流血不止|血流不止|血止不住|满地血|手指头断了
手绞进机器里了|被车撞了|叫车撞了|我撞了人|出车祸了|翻车了|他翻沟里了|墙倒了砸着人了
孩子丢了|孩子不见了|奶奶找不到了|老人走丢了|我妈找不着了|爷爷又不见了|孩子找不着了|找不到我奶奶了|找不着孩子了|孩子被拐了|老人找不着家了
电梯困人|困在电梯里|电梯里困人了|卡在电梯里|我困电梯了|关在电梯里出不来
触电了|被电打了|电线掉地上了|电死人了|掉河里了|掉井里了|掉到河里了|孩子掉水库里了|掉冰窟窿里了|淹着了|有人溺水
动刀了|打起来了|他拿刀|我老公打我|被人打了|有人抢孩子|他说他不活了|要杀人|入室抢劫
要生了|羊水破了|破水了|难产|被蛇咬了|矿上冒顶了|塌方了|发大水了|山洪下来了|地震了|煤气罐炸了
fire!|Fire! Fire!|there is a fire|the house is on fire|the roof caught fire|ambulance|call an ambulance please
call 120|emergency|chest hurts|my chest hurts|pain in my chest|can't breathe|cant breathe|he stopped breathing
she won't wake up|lots of blood|there is blood everywhere|he is bleeding badly|he fell and can't get up
I don't want to live|I want to die|he drank pesticide|my child is lost|can't find my mother|grandpa wandered off
stuck in the lift|someone broke in|he hits me|help, help
灶台着了|炕席着了|麦子着了|玉米秆子点着了|空调着了|冰箱着了|电视着了|插排着了|充电器着了|手机着了|烟囱着了|荒地着了|坟地着了|果园着了
木头着了|门着了|烧着了|房子烧着了|火上房了|孩子被开水烫了|孩子掉粪池里了|墙压住人了|土埋了人|高压线掉下来了|割手腕了|站楼顶要跳
吃了一瓶药|我活不了了|砍柴砍到脚了血直流|手让电锯锯了|孩子让人拐了|孩子被人抱走了|老人叫不起来了|我胸口压得慌|快来人|来人啊，快来人
出人命了|my son is lost|car hit my child|插排着了，孩子睡着了|换个煤气罐，煤气罐漏了
"""
PERHAPS = """
我这几天火气大|去哪儿交煤气费|fireworks are too loud|他正发火呢|大火锅坏了|脑梗要去拿药|有过心梗，想开点药|骨折以后复查
奶奶摔倒了|我妈摔了一跤|被狗咬了|有小偷|有人翻墙|有人撬门|敲门没反应|家里没气了|插座漏电|电了我一下|孩子发高烧
手流血了|磕破头了|我头晕得厉害，心慌|胸闷|鱼刺卡嗓子了|疼得受不了|联系不上我妈|冰凌快砸到人了|灯像要着了|孩子没回家|他威胁我|炉子倒烟冒烟|炕冒烟
手机掉河里了|羊掉井里了|羊要生了|喝了药还是疼|中暑了|马蜂蜇了|孩子丢了书包|流了点血|冻伤了|煤气灶坏了|花炮炸了|热得想死|母猪难产|路灯被撞歪了
he is bleeding|bitten by a dog|a burglar|I cannot light the fire|granny fell down|my phone is not responding
灶着了|锅炉着了|我家的着了|老人丢了助听器|修水管的人不见了|干活的人不行了换个人|换个煤气罐|煤气罐空了|煤气开关在哪|我骨折了做不了饭
孩子打架老师叫家长|猪圈塌了|邻居烧秸秆冒烟|烧大火做饭|扳手掉井里捞一下|我家牛走失了|他要喝药|有人砸我家门|手机着了水|炕烧着了|水管爆了快来人
砸了人家玻璃|吃了一瓶药还不见好|煤气罐没了|please help|Help me!
"""
NONE = """
用不着修灯|灯不着了|炉子不着了|钥匙找不着了|够不着了|睡不着了|冻着了|累着了|手机没反应|遥控器没反应|空调没反应了|按了没反应
车没气了|车胎没气了|打火机没气了|暖气没气了|没煤气了|煤气灶打不着|煤气灶打不着火|抽风机坏了|抽油烟机坏了|落水管坏了|打火机找不着了
孩子吓着了|炉子打不着了|着了凉|昨晚上着了凉，要买药|我妈着急了|又饿着了|吉他不见了|其他不见了|狗不见了|手机不见了|找不到对象
孩子找不到作业本|儿子找不着工作|孩子找不见书包|想死你了|跳楼价的衣服|电脑中毒了|报警器坏了|救济粮啥时候发|打我电话|救护车费报销|被打扰了
心疼我妈|楼道灯坏了|水管漏水|血压高，要量血压|明天打疫苗，接送一下|抽血要空腹吗|贫困人口怎么申请|手机没电死机了|停电了我家也没电|要杀猪，来个人|花养不活了|电线埋在地里|叫他不应该|阿姨要打疫苗|炉子烧煤烟大|火炕不热|孩子没有气球|120块钱|119号楼的灯坏了|要两个人搬冰箱|接孩子放学|炉子不热
the stove is broken|light bulb|please help me move a sofa|I cannot find my keys|the water heater is broken|room 120
锅炉不着火|我不想活动|找着了|碰见了|门锁着了|灯亮着了|馒头蒸着了|麦子着了虫|淋着了|捡着了|逮着了|饿着了|灯泡不行了换个|东西掉柜子缝里|我丢了存折|孩子睡着了
"""
CANCELLED = "用不着了|用不着了，谢谢|用不着|不用来了|别来了|取消|no longer needed"
ACCEPTED = "我去|接单|我来|我接|马上去|好的，我来|我去吧|这就去|Accept|I'll go|i will come"
DECLINED = "不方便|去不了|没空|去不了了|我没空啊|不去|走不开|Can't|I cannot|not now"
ARRIVED = "到了|到楼下了|我到了|已到达|到门口了！|I'm here|Arrived"
DID = "修好了|办好了|弄好了|解决了|换好了，谢谢|Solved|it's fixed"
ONLY_WORDS = (
    "到了，门锁着，开下门|我去了您家没人|没空调|解决了吗|好了|好|不方便走路|灯不亮了|我去，水管爆了|到了，修好了"
)


@pytest.fixture(scope="module")
def known() -> Understanding:
    return Understanding(load(None).dispatch)


def _all(words: str) -> list[str]:
    return [one for one in words.replace("\n", "|").split("|") if one]


@pytest.mark.parametrize(
    ("phrases", "meaning"),
    [(ALARMS, Meaning.EMERGENCY), (PERHAPS, Meaning.PERHAPS), (NONE, Meaning.NEED), (CANCELLED, Meaning.CANCEL)],
    ids=["alarm", "asked about", "everyday need", "taken back"],
)
def test_an_emergency_is_told_from_what_sounds_like_one(known: Understanding, phrases: str, meaning: Meaning) -> None:
    assert {words: known.meaning(words) for words in _all(phrases)} == dict.fromkeys(_all(phrases), meaning)


@pytest.mark.parametrize(
    ("phrases", "verb"),
    [(ACCEPTED, Verb.ACCEPT), (DECLINED, Verb.DECLINE), (ARRIVED, Verb.ARRIVE), (DID, Verb.SOLVE), (ONLY_WORDS, None)],
)
def test_which_button_of_a_card_words_mean(known: Understanding, phrases: str, verb: Verb | None) -> None:
    assert {words: known.step(words) for words in _all(phrases)} == dict.fromkeys(_all(phrases), verb)


@pytest.mark.parametrize("words", ["119", "120", "110", "１２０！", "119 120"])
def test_the_countys_own_numbers_call_for_help_alone(known: Understanding, words: str) -> None:
    assert known.calls(words)
    assert not known.calls(f"{words} 块")
    assert not known.calls("")
