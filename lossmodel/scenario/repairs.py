"""What to write instead of an amount that cannot be read."""

import re

from lossmodel.scenario.numerals import NUMERAL

_RULES = {
    r"(?<![\d.])\.(?=\d)": "0.",  # .5
    r"(?<=\d)\.(?!\d)": "",  # 5.
    r"(?<=\d),(?=\d\d?(?!\d))": ".",  # 1,5
    r"(?<=\d) (?=\d{3}(?!\d))": ",",  # 1 816
    r"(?<=[\w%]) ?[-–—] ?(?=[$€£\d])": " to ",  # 20-55
    r"(?<=[\w%]) and (?=[$€£\d])": " to ",  # between 20 and 55
    r"(?<=\d) ?[kK](?= |$)": " thousand",
    r"(?<=\d) ?[mM]n?(?= |$)": " million",
    r"(?<=\d) ?[bB]n?(?= |$)": " billion",
}
_REWRITES = tuple((re.compile(wrong, re.ASCII), right) for wrong, right in _RULES.items())

_ONE = NUMERAL.pattern.replace("?P<digits>", "?:").replace("?P<scale>", "?:")
_AMOUNT = re.compile(rf"{_ONE}(?: to {_ONE})?", re.ASCII)
_DIGIT = re.compile(r"\d")
_CURRENCY = re.compile(r"[$€£]|\b[A-Z]{3}\b(?= ?\d)", re.ASCII)
_CODES = {"$": "USD", "€": "EUR", "£": "GBP"}


def rearranged(text: str) -> tuple[str, str]:
    """Return the words before the first amount of a text, and that amount as it should be written.

    Parameters
    ----------
    text : str
        With single spaces, such as ``"more than $2m"``, which gives ``"more than"`` and ``"2
        million USD"``.

    Returns
    -------
    words, amount : str
        The amount is empty where the text has no number or stumbles over its first one; otherwise
        it may still be no sound one.
    """
    for wrong, right in _REWRITES:
        text = wrong.sub(right, text)
    sign = _CURRENCY.search(text)
    if sign:
        text = text.replace(sign[0], "")
    match = _AMOUNT.search(text)
    if match is None or _DIGIT.search(text, 0, match.start()):
        return text, ""
    unit = f" {_CODES.get(sign[0], sign[0])}" if sign else ""
    words = " ".join(text[: match.start()].split())
    return words, " ".join(f"{match[0]}{unit}{text[match.end() :]}".split())
