"""Numbers in the visible text of a page, and the numbers of the JSON that each may stand for."""

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from lossmodel.report.words import one_line

NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?(?!\w)")
WORDS = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
CONSTANTS = {
    "90% interval": "the level of all intervals on a page",
    "90% of cases": "the same level",
    "95% confidence": "the level of all Monte Carlo errors",
    "needle at 0": "a value that is drawn often, no statistic",
    "from 0% to 100%": "the ends of an axis of probabilities",
}
MARKS = {"50%": "half of an axis of probabilities", "100%": "its upper end"}
APART = {
    "style": "not seen",
    "title": "not on the page",
    "pre": "the command, which tests run",
    "data": "compared with its own key",
}
CLASSES = {
    "tick": "round numbers along an axis, not results",
    "hash": "the fingerprint of the file",
    "versions": "of packages, not results",
}
_EMPTY = {"meta", "link", "br", "wbr"}


@dataclass(frozen=True)
class Passage:
    """Some text of a page, its section, and the names that stand before it."""

    section: str
    heading: str
    caption: str
    label: str
    tag: str
    text: str
    authored: bool


class Passages(HTMLParser):
    """All texts that are seen or read aloud."""

    def __init__(self, page):
        super().__init__()
        self.found, self._open = [], []
        self._heading = self._caption = self._label = ""
        self._continued = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "wbr" and self.found:
            self._continued = True
        if tag in _EMPTY:
            return
        self._open.append((tag, dict(attrs)))
        if tag == "h3":
            self._heading = ""
        if tag in {"svg", "section"}:
            self._label = ""
        if dict(attrs).get("aria-label"):
            self._add(dict(attrs)["aria-label"])

    def handle_endtag(self, tag):
        while tag not in _EMPTY and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = {tag for tag, _ in self._open}
        classes = {each for _, attrs in self._open for each in attrs.get("class", "").split()}
        if "h3" in tags and "name" in classes:
            self._heading += data
        if self._continued:
            self._continued = False
            self.found[-1] = replace(self.found[-1], text=self.found[-1].text + data)
            return
        if "figcaption" in tags:
            self._caption = data
        if "text" in tags and not NUMBER.fullmatch(data):
            self._label = data
        if not tags & {*APART} and not classes & {*CLASSES} and "download" not in self._last():
            self._add(data)

    def _last(self):
        return self._open[-1][1] if self._open else {}

    def _add(self, text):
        sections = [a["aria-labelledby"] for tag, a in self._open if tag == "section"]
        authored = any(tag == "code" or a.get("dir") == "auto" for tag, a in self._open)
        tag = self._open[-1][0] if self._open else ""
        place = (*sections, "")[0], self._heading, self._caption, self._label
        self.found.append(Passage(*place, tag, text, authored))


@dataclass(frozen=True)
class Printed:
    """A number as it is printed, and what it may stand for."""

    passage: Passage
    digits: str
    before: str
    after: str
    meant: tuple[float, ...]

    @property
    def is_told(self):
        """Whether one of the numbers is printed so, at the precision and in the scale printed."""
        return any(self._is(value) for value in self.meant)

    def altered(self):
        """Return the same with another last digit that counts."""
        mantissa, e, power = self.digits.partition("e")
        places = [at for at, each in enumerate(mantissa) if each in "123456789"]
        at = len(mantissa) - 1 if "." in mantissa or not places else places[-1]
        digit = (int(mantissa[at]) + 3) % 9 + 1
        return replace(self, digits=f"{mantissa[:at]}{digit}{mantissa[at + 1 :]}{e}{power}")

    def _is(self, value):
        number = float(self.digits.replace(",", ""))
        mantissa, _, power = self.digits.replace(",", "").partition("e")
        whole, _, places = mantissa.partition(".")
        zeros = 0 if places or not number else len(whole) - len(whole.rstrip("0"))
        step = 0.51 * 10.0 ** (int(power or 0) - len(places) + zeros)
        for scaled in self._scaled(value):
            if self.before.endswith(("<", "below ")) and 0.0 <= scaled <= number:
                return True
            if self.before.endswith((">", "above ", "more than ")) and scaled >= number:
                return True
            if abs(scaled - number) <= step:
                return True
        return False

    def _scaled(self, value):
        if self.after.startswith("%"):
            return [100.0 * value]
        # The unit of a map stands in its title.
        title = self.passage.caption if self.passage.section == "sweep" else ""
        word = re.search("million|billion|trillion", f"{self.after} {title}")
        factors = [1.0, WORDS[word[0]]] if word else [1.0]
        if self.before.endswith("1 in "):
            return [1.0 / value / factor for factor in factors if value]
        return [value / factor for factor in factors]


def printed(page, document):
    """Return all numbers of a page that are not in an element with a key of its own."""
    found = Passages(page).found
    return [
        Printed(part, match[0], part.text[: match.start()], part.text[match.end() :] + rest, meant)
        for passage, following in zip(found, [*found[1:], found[-1]], strict=True)
        # The words of a row of a chart may go on in its next line.
        for rest in [f" {following.text}" if {passage.tag, following.tag} == {"text"} else ""]
        for part in _parts(passage, document)
        for meant in [tuple(each for each in _meant(part, document) if each is not None)]
        for match in NUMBER.finditer(part.text)
    ]


def untold(page, document):
    """Return the numbers of a page that are none of the JSON's, each with the text around it."""
    return [(x.digits, x.passage.text) for x in printed(page, document) if not x.is_told]


def _parts(passage, document):
    """Yield a text without what is constant; what is read aloud of a chart, name by name."""
    text = passage.text
    if passage.authored or text in MARKS:
        return
    for claim in document["show"]["claims"]:
        text = text.replace(one_line(claim["says"]), "")
    for constant in CONSTANTS:
        text = text.replace(constant, "")
    names = [re.escape(name) for name in _names(passage, document)]
    row = rf"(?=\b(?:{'|'.join(names)})(?: \(assumed\))?: )" if names else r"\Z"
    for part in re.split(rf"{row}|(?=\bClaim: )", text):
        yield replace(passage, text=part)


def _names(passage, document):
    """Return the names of the rows of charts."""
    if passage.section == "matters":
        told = document["sensitivity"]["outputs"].get(passage.heading, {})
        return list(told.get("first_order", ()))
    return list(document["run"]["outputs"]) if passage.section in {"ranges", "periods"} else []


def _named(passage, document):
    """Return the name that a text begins with, or that stands before it in a chart."""
    for text in (passage.text, passage.label):
        named = _names(passage, document)
        found = [each for each in named if re.match(rf"{re.escape(each)}(?!\w)", text)]
        if found:
            return max(found, key=len)
    return ""


def _meant(passage, document):
    """Return the numbers of the JSON that a text may tell of."""
    sources = {
        "": _of_inputs,
        "claim": _of_verdicts,
        "ranges": _of_outputs,
        "periods": _of_outputs,
        "needs": _of_needs,
        "matters": _of_sensitivity,
        "sweep": _of_sweep,
        "inputs": _of_inputs,
        "shared": _of_dependences,
    }
    source = sources.get(passage.section)
    return list(source(passage, document)) if source else []


def _of_verdicts(passage, document):
    del passage
    yield from _of_claims(document)
    for claim in document["claim"]["claims"]:
        yield len(claim["readings"])
        yield sum(_stands(each) for each in claim["readings"].values())
        yield from _gone({"": claim["doubt_if_reading_known"], **claim["doubt_if_known"]})


def _of_needs(passage, document):
    yield from _of_claims(document)
    yield from document["show"]["model"].get(passage.heading, {}).get("bounds", {}).values()
    for claim in document["claim"]["claims"]:
        yield from _gone(claim["readings"].get(passage.heading, {}).get("doubt_if_known", {}))


def _of_dependences(passage, document):
    told = [said for said in document["show"]["dependences"] if said in passage.text]
    yield from (float(each) for said in told for each in NUMBER.findall(said))


def _stands(reading):
    """Whether a claim is consistent with a reading."""
    word = reading["verdict"]
    return word in {"middle-half", "inside", "holds"} or reading["true"]["value"] > 0.5


def _of_claims(document):
    for claim in document["show"]["claims"]:
        yield from (claim["low"], claim["high"], claim["amount"])


def _gone(left):
    yield from (1.0 - each["value"] for each in left.values() if each and each["value"] is not None)


def _of_outputs(passage, document):
    if passage.text.startswith("Claim: "):
        yield from _of_claims(document)
    outputs = document["run"]["outputs"]
    name = _named(passage, document)
    for each in [outputs[name]] if name else outputs.values():
        yield from (each["quantiles"][p]["value"] for p in ("0.05", "0.5", "0.95"))
        yield from (told["value"] for told in each.get("exceedance", {}).values())
        yield from (float(amount) for amount in each.get("exceedance", {}))
        if passage.tag == "th":
            yield from (float(p) for p in each.get("metrics", {}).get("var", ()))
            yield from (float(years) for years in each.get("metrics", {}).get("aep", ()))


def _of_sensitivity(passage, document):
    told = document["sensitivity"]["outputs"].get(passage.heading)
    if told is None:
        return
    if passage.text == told["sentence"]:
        yield from _of_sentence(told)
        return
    name = _named(passage, document)
    for each in [name] if name else told["tornado"]:
        for side in ("low", "high"):
            yield told["tornado"][each][side]["value"]
            yield told["tornado"][each][side]["quantiles"]["0.5"]["value"]


def _of_sentence(told):
    shares = {name: each["value"] or 0.0 for name, each in told["first_order"].items()}
    yield from shares.values()
    yield sum(share >= 0.05 and name not in told["sentence"] for name, share in shares.items())
    yield sum(
        share < 0.05 and (told["total"][name]["high"] or 0.0) < 0.05
        for name, share in shares.items()
    )
    if not shares:
        # Why nothing can be told, which the JSON has in the same words alone.
        yield from (float(each.replace(",", "")) for each in NUMBER.findall(told["sentence"]))


def _of_sweep(passage, document):
    del passage
    for values in document["sweep"]["vary"].values():
        yield from (float(each) for value in values for each in NUMBER.findall(value))
    for point in document["sweep"]["points"]:
        for each in point["outputs"].values():
            yield each["quantiles"]["0.5"]["value"]
            yield from (told["value"] for told in each["exceedance"].values())
            yield from (float(amount) for amount in each["exceedance"])


def _of_inputs(passage, document):
    inputs = document["show"]["inputs"]
    name = passage.text.removeprefix("Density of ").partition(":")[0]
    if name in inputs:
        yield from inputs[name]["quantiles"].values()
    else:
        yield from (len(inputs), sum(each["basis"] == "assumed" for each in inputs.values()))
