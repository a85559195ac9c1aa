"""Makes the font that printed pages are set in: the characters of GB 2312 and some more out of Noto Sans CJK SC.

    python -m docs.make_font NotoSansCJK-Regular.ttc

A PDF writer in plain Python embeds TrueType outlines, so the cubic ones are drawn anew as quadratic ones.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FOLDER = Path(__file__).resolve().parents[1] / "bot" / "print" / "fonts"
FAMILY = "Red Steward Sans SC"  # The licence wants another name for what was changed.
FACE = "Noto Sans CJK SC"
ERROR = 1.0  # Of a thousand units to the em: how far a redrawn curve may lie from the old one.

SIGNS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2040), 0x20AC, 0x2190, 0x2192]))
SIGNS += "№℃★☆■□○●◎△▲▽▼◇◆√×÷≈≠≤≥∞①②③④⑤⑥⑦⑧⑨⑩☎✓✔☐☑"
NAMES = (  # Beyond GB 2312, and met in the names of people and places.
    "㛃丠乂亓亖仝伲佺侁侗俣倓倢偲偁傒僖儆冇冮凃劢劼勍勰匡卻厍叕叵吒吔呙哒哏哿啓喆啰嘚噁囍圙圳圪圫圩坨坫坭坳坵垅垌垚垲垴埇埏埗埝埭埸堃堌堍堎堽塃塄墁墉"
    "夼奤妘妤妧妸妺姈姝姞姮姵娍娴婠婕媃媄媖嫄嫒嫚嬿孖孡宓宬寀寔寘尅岈岙岚岜岵岽峁峂峒峣峧峪峯崀崂崆崃崟崤崾嵕嵘嵛嵩嵬巘帀幵庚庠庹廑廙弇彧彣徊徖忞忻怡恁恂恺悫惇惔惠慜憙懋戬扦抃"
    "拏挹捃揆揳敉敩旸旻昀昂昇昉昊昕昶晅晊晔晖晙晞晟晧晢晳暄暅暐暕暤暻曈曌曦朕杉杓杧枟枥枧柘柟柽栐栝栩桁桕桲桄梓梽棽棣椿楙楠楦榑榕榛槃槊樨橐檑欤欣殳毓氘汖汜汭沄沅沐沚沣沩泃泓泚泩泠泺洇洑洺洹洨洸浃浉浍浛浠浯浥"
    "涑涞淇淏淖淦淥淯淳淼渌渑湉湑湜湝湟湲溁溆溍溦滃滏滘滟漪漷潞潢澂澄澈澔澪澹濂濛濮瀍瀚瀛灏炆炅炘炜炟炣炫炯炤烔烜烨烺焜焯焱煊煐煜煦熠熹燊燚燧爔牁犇犍玄玎玏玒玓玕玗玘玙玚玛玞玟玠玢玥玦玧玨玭玮玹玳珂珅珈珉珊珐珑"
    "珒珖珙珝珞珣珥珦珧珩珪珫珮珵珺珽琀琁琇琎琏琚琛琤琦琨琪琬琭琮琯琰琲琳琴琸琼瑀瑁瑄瑅瑆瑗瑛瑜瑞瑢瑨瑭瑱瑶瑷瑾璀璁璃璆璇璈璋璎璐璘璜璞璟璠璧璨璩璪璿瓀瓅瓒甡甯畇畈畋畑疃皓皞皦盱眭睿瞫瞭矶砚砦砬砼碁碶磏祁祎祐祜祗祚祯祺禔禛禤禧禹秣稑稙稷穆窅窊窨"
    "竑竦筠筱箐箬箴篁簃籣粲粼絜綦綪綮縡繇纻绂绉绨绶绾缃缇缈缊缜缦缵羑羲翀翃翊翎翙翚翛翥翯翾耆聿肇胤胥脩膑臧舲艮芃芏芗芘芪芫芮芾苇苡苧苳茉茏茔茕茗茜茭茯荃荇荏荑荞荟荣荭荻莆莎莘莙莜莞莠莨莳菂菀菁菡菪菱萁萃萋萩葆葑葙葳葶蒀蒄蒎蒗蒨蒴蒺蓁蓂"
    "蓉蓥蓼蔚蔺蔻蕙蕤蕲薇薏薜薷藁藜藠蘅蘋虓虔蚬蛟蜃蜓蜚螈螽衎衍衒衮袁袆裎裒褀褚褰襄觊訚訢訾誾諠讠诃诒诜诩诮谌谞谡谧谯谿豨贇贠赟赪趄跱跶跹踔蹊轩轫轲轸辂辔迓迢迤迨逄逖逯逵邗邘邙邝邠邡邢邰邳邴邸邺郁郄郅郇郈郐郓郗郛郜郝郢郦郧郯郴郾鄀鄂鄄鄌鄗鄘鄚鄞鄠鄢鄣"
    "鄱酃酆釜釦銎鋆錾鎏鑫钇钊钌钏钘钜钤钧钫钰钲钶钹铄铉铎铖铠铨铮铱铷锏锃锆锇锘锜锟锴锳锵镄镇镔镕镛镠镡镯镳闰闱闳闵闾阆阇阊阗阚阳阼陉陔陟陬隗隰隽隺雎雩雯雱霁霂霄霈霏霙霞靓靖靛鞠韡韪韫韬頔頫顒颀颉颋颍颎颐颙颛颢飏饬饴馥骁骅骎骏骐骕骞骢骥髙髯鬯魃鱻鲡鳌鳐鳞鸢鸮鸾"
    "鹓鹛鹡鹭黄黎黟黹鼐鼒龑龢龚曺堔肜氹囡攽斿昃昑昫晁朊杻"
)


def wanted() -> set[int]:
    """The code points to keep."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(sign) for sign in SIGNS + NAMES + "".join(pair.decode("gb2312", "ignore") for pair in pairs)}


def main(source: str) -> None:
    """Write the font beside its licence."""
    collection = TTCollection(source)
    font = next(one for one in collection.fonts if one["name"].getDebugName(1) == FACE)
    version = font["name"].getDebugName(5)
    rights = font["name"].getDebugName(0)
    options = Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[], drop_tables=["vhea", "vmtx", "VORG"]
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    buffer = BytesIO()
    font.save(buffer)
    buffer.seek(0)
    _drawn_anew(TTFont(buffer), version, rights).save(FOLDER / "red-steward-sans-sc.ttf")


def _drawn_anew(font: TTFont, version: str, rights: str) -> TTFont:
    order, glyphs, outlines = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    made = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(font.getBestCmap())
    made.setupGlyf(outlines)
    made.setupHorizontalMetrics(
        {name: (font["hmtx"][name][0], outlines[name].xMin if outlines[name].numberOfContours else 0) for name in order}
    )
    made.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    names = {"familyName": FAMILY, "styleName": "Regular", "psName": FAMILY.replace(" ", ""), "copyright": rights}
    made.setupNameTable(
        {
            **names,
            "uniqueFontIdentifier": FAMILY,
            "fullName": FAMILY,
            "version": version,
            "licenseDescription": "SIL Open Font License 1.1",
        }
    )
    made.setupOS2(
        sTypoAscender=font["OS/2"].sTypoAscender,
        sTypoDescender=font["OS/2"].sTypoDescender,
        usWinAscent=font["OS/2"].usWinAscent,
        usWinDescent=font["OS/2"].usWinDescent,
    )
    made.setupPost(keepGlyphNames=False)
    return made.font


if __name__ == "__main__":
    main(sys.argv[1])
