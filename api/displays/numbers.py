"""Numbers as people say them, for voices that would spell them out: English, Filipino, Korean."""

from __future__ import annotations

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIL = ("", "isa", "dalawa", "tatlo", "apat", "lima", "anim", "pito", "walo", "siyam")
_FIL_TENS = (
    *("", "sampu", "dalawampu", "tatlumpu", "apatnapu", "limampu"),
    *("animnapu", "pitumpu", "walumpu", "siyamnapu"),
)
_FIL_TEENS = (
    *("sampu", "labing-isa", "labindalawa", "labintatlo", "labing-apat", "labinlima"),
    *("labing-anim", "labimpito", "labingwalo", "labinsiyam"),
)
_KO = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_KO_PLACES = ((1_000, "천"), (100, "백"), (10, "십"))
MOST = 9_999


def english(number: int) -> str:
    """A number below ten thousand in English.

    Examples
    --------
    >>> english(21), english(300), english(1_045)
    ('twenty-one', 'three hundred', 'one thousand forty-five')
    """
    if number < len(_ONES):
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    big, word = (1_000, "thousand") if number >= 1_000 else (100, "hundred")
    head, rest = divmod(number, big)
    return f"{english(head)} {word}" + (f" {english(rest)}" if rest else "")


def english_line(number: int) -> str:
    """A number of a bus line, as English speakers say it.

    Examples
    --------
    >>> english_line(16), english_line(273), english_line(305), english_line(400), english_line(1_128)
    ('sixteen', 'two seventy-three', 'three oh five', 'four hundred', 'eleven twenty-eight')
    """
    head, rest = divmod(number, 100)
    if head == 0 or head % 10 == 0 or head > 99:
        return english(number)
    if rest == 0:
        return f"{english(head)} hundred"
    return f"{english(head)} {'oh ' if rest < 10 else ''}{english(rest)}"


def filipino(number: int) -> str:
    """A number up to 99 in Filipino; digits beyond, which voices say in English, as people do.

    Examples
    --------
    >>> filipino(3), filipino(11), filipino(20), filipino(25)
    ('tatlo', 'labing-isa', 'dalawampu', "dalawampu't lima")
    """
    if not 0 < number < 100:
        return "sero" if number == 0 else str(number)
    if number < 10:
        return _FIL[number]
    if number < 20:
        return _FIL_TEENS[number - 10]
    tens, ones = divmod(number, 10)
    return _FIL_TENS[tens] + (f"'t {_FIL[ones]}" if ones else "")


def linked(words: str) -> str:
    """A Filipino number before what it counts: *tatlong minuto*, *apat na minuto*.

    Examples
    --------
    >>> linked("tatlo"), linked("apat"), linked("labing-anim"), linked("dalawampu't lima")
    ('tatlong', 'apat na', 'labing-anim na', "dalawampu't limang")
    """
    return f"{words}ng" if words[-1] in "aeiou" else f"{words}g" if words[-1] == "n" else f"{words} na"


def korean(number: int) -> str:
    """A number below ten thousand in Sino-Korean, as minutes and bus lines are counted.

    Examples
    --------
    >>> korean(3), korean(10), korean(21), korean(273), korean(1_100)
    ('삼', '십', '이십일', '이백칠십삼', '천백')
    """
    if number == 0:
        return "영"
    said = ""
    for place, word in _KO_PLACES:
        digit, number = divmod(number, place)
        if digit:
            said += ("" if digit == 1 else _KO[digit]) + word
    return said + _KO[number]
