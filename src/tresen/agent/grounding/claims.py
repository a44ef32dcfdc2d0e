"""The claims of a sentence: everything in it that only the shop can know."""

import re
from dataclasses import dataclass

from tresen.agent.grounding.comparisons import Comparison, comparisons
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading import clauses
from tresen.agent.grounding.reading.deeds import deeds
from tresen.agent.grounding.reading.figures import Figure, figures
from tresen.agent.grounding.reading.free import free
from tresen.agent.grounding.reading.links import links
from tresen.agent.grounding.reading.moments import TODAY, moments
from tresen.agent.grounding.reading.ordinals import ordinals
from tresen.agent.grounding.reading.properties import marks, properties
from tresen.agent.grounding.reading.references import references
from tresen.agent.grounding.reading.shades import shades
from tresen.agent.grounding.reading.sizes import Size, sizes
from tresen.agent.grounding.reading.stock import StockClaim, stock
from tresen.agent.grounding.strangers import strangers

_CODE = re.compile(
    r"\b(?:code|gutschein(?:code)?|rabattcode|voucher|coupon|promo(?:tion)?)\b[\s:„“\"*]+([A-Z][A-Z0-9-]{3,})",
    re.IGNORECASE,
)
# "a 100-mile race": how far somebody runs is no fact of the shop.
_ACTIVITY = re.compile(
    r"[-\s]?(?:lauf|läufe|rennen|tour|strecke|wettkampf|runde|runs?|races?|rides?|commutes?|trips?)\b", re.IGNORECASE
)
_ADVICE = re.compile(
    r"\b(?:würde ich|ich würde|solltest|sollte man|sollten|faustregel|rule of thumb|in general|generell|grundsätzlich|"
    r"i['’]d|i would|you should|we['’]d|aim for|allow|plan (?:for|on|in)|rechne mit|plane?|einplanen)\b",
    re.IGNORECASE,
)
# A product, by a pronoun or by what the shop calls it: then it is no general advice.
_MEANS = re.compile(
    r"\b(?:sie|er|es|ihr\w*|sein\w*|dies\w*|der hier|modell\w*|version|variante|it|its|they|their|this|that|these|"
    r"those|one|ones|model|version)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """One claim where it stands; `value` is what it says in a form that can be compared."""

    kind: str
    said: str
    value: str
    start: int
    end: int
    figure: Figure | None = None
    sizes: tuple[Size, ...] = ()
    stock: StockClaim | None = None
    comparison: Comparison | None = None


def claims(text: str, locale: str, sheet: Sheet, question: bool | None = None) -> list[Claim]:
    """Every claim of one sentence, in order; a question claims fewer things."""
    asked = text.rstrip().rstrip('*"”“»)').endswith("?") if question is None else question
    noted = _referred(text)
    links_ = [each for each in _linked(text) if not any(one.start < each.start < one.end for one in noted)]
    figured = [
        _of(each, each.kind)
        for each in (*figures(text), *ordinals(text))
        if not (each.dimension in ("length", "hour") and _ACTIVITY.match(text, each.end))
    ]
    found = [*links_, *(_of(each, "date") for each in moments(text, sheet.today, locale) if not _idle(text, each))]
    found += _apart([each for each in figured if each.kind != "count"], found)
    if asked:
        found = [each for each in found if not _open(each)]
    else:
        found = [each for each in found if each.kind != "measure"] if _advises(text, sheet) else found
        for more in (_stocked(text), _sized(text), [each for each in figured if each.kind == "count"]):
            found += _apart(more, found)
        found += _apart([_of(figure, "price") for figure in free(text)], found) + _compared(text)
    referred = _apart(noted, links_)
    found = [*referred, *(each for each in _apart(found, referred) if not _in_name(text, each, sheet))]
    codes = [Claim("code", match[1], match[1], *match.span(1)) for match in _CODE.finditer(text) if match[1].isupper()]
    found += [each for each in codes if not sheet.mentions(each.said)] + _deeds(text)
    if not asked:
        found += _apart([*_coloured(text, sheet), *_described(text, sheet)], found)
    names = [Claim(each.kind, each.said, each.said, each.start, each.end) for each in strangers(text, sheet, locale)]
    return sorted([*found, *_apart(names, [*referred, *links_])], key=lambda claim: claim.start)


def _advises(text: str, sheet: Sheet) -> bool:
    """Whether a sentence advises in general: what one should plan for, said of no product."""
    return bool(_ADVICE.search(text) and not _MEANS.search(text)) and not any(
        each.strong for each in sheet.index.mentions(text)
    )


def _linked(text: str) -> list[Claim]:
    return [Claim("link", text[link.start : link.end], link.said, link.start, link.end) for link in links(text)]


def _deeds(text: str) -> list[Claim]:
    return [
        Claim("deed", text[each.start : each.end], ",".join(sorted(each.kinds)), each.start, each.end)
        for each in deeds(text)
    ]


def _open(claim: Claim) -> bool:
    """What a question leaves open: "Suchst du etwas unter 100 Euro?"."""
    bounded = claim.figure is not None and claim.figure.hedge.is_bound
    return claim.kind == "measure" or (bounded and claim.kind == "price")


def _coloured(text: str, sheet: Sheet) -> list[Claim]:
    named = [each for each in sheet.index.mentions(text) if each.strong]
    return [
        Claim("colour", text[each.start : each.end], each.key, each.start, each.end)
        for each in shades(text)
        if not any(mention.start <= each.start < mention.end for mention in named)
    ]


def _described(text: str, sheet: Sheet) -> list[Claim]:
    labels = dict.fromkeys(label for told in sheet.traits.values() for label in told)
    found = [Claim("property", text[e.start : e.end], e.label, e.start, e.end) for e in properties(text, labels)]
    return found + [Claim("mark", text[e.start : e.end], e.label, e.start, e.end) for e in marks(text)]


def _referred(text: str) -> list[Claim]:
    return [Claim(each.kind, each.said, each.key, each.start, each.end) for each in references(text)]


def _stocked(text: str) -> list[Claim]:
    found = stock(text, clauses.clauses(text), [(each.start, each.end) for each in sizes(text)])
    return [
        Claim("stock", text[each.start : each.end], str(each.there), each.start, each.end, stock=each) for each in found
    ]


def _sized(text: str) -> list[Claim]:
    return [
        Claim("size", text[each.start : each.end], str(each.sizes), each.start, each.end, sizes=each.sizes)
        for each in sizes(text)
    ]


def _compared(text: str) -> list[Claim]:
    kinds = {"price": "price", "rating": "rating"}
    return [
        Claim(
            kinds.get(each.quality, "measure"), text[each.start : each.end], each.quality, each.start, each.end,
            comparison=each,
        )
        for each in comparisons(text)
    ]  # fmt: skip


def _of(figure: Figure, kind: str) -> Claim:
    return Claim(kind, figure.said, f"{figure.dimension} {figure.low}-{figure.high}", figure.start, figure.end, figure)


def _apart(more: list[Claim], found: list[Claim]) -> list[Claim]:
    return [each for each in more if not any(each.start < other.end and other.start < each.end for other in found)]


def _idle(text: str, figure: Figure) -> bool:
    """ "heute" is a date only where something is promised for it; a weekday in a farewell is none."""
    if figure.said.casefold() not in TODAY:
        return False
    return not re.search(
        r"liefer|versand|versend|verschick|ankomm|ankunft|abhol|geöffnet|offen|schließ|ship|deliver|arriv|dispatch|collect|pick|open|clos",
        text,
        re.IGNORECASE,
    )


def _in_name(text: str, claim: Claim, sheet: Sheet) -> bool:
    """ "Nachtwald 900", "Poller 10 mm": figures that are part of a title are no claims."""
    if claim.figure is None and not claim.sizes:
        return False
    digits = re.search(r"\d+", text[claim.start : claim.end])
    if not digits:
        return False
    at = claim.start + digits.start()
    return any(
        mention.start <= at < mention.end
        and any(_titled(sheet, product, digits[0], text[mention.start : mention.end]) for product in mention.ids)
        for mention in sheet.index.mentions(text)
        if mention.strong
    )


def _titled(sheet: Sheet, product: str, digits: str, said: str) -> bool:
    return bool(re.search(rf"(?<!\d){digits}(?!\d)", sheet.names.get(product, "")))
