"""Numbers as people write them, in digits or in Chinese numerals."""

NUMERAL = "[0-9]{1,4}|[零〇一二两三四五六七八九十]{1,3}"  # As a pattern.
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def number(numeral: str) -> int:
    """A number in digits or Chinese numerals below a hundred: 15, 八, 十二, 二十五, 零五."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if ten:
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    value = 0
    for sign in ones:
        value = value * 10 + _DIGITS[sign]
    return value
