"""Which size to take, from what the shop states: the size chart, what it says of the fit, and what is there."""

import re
from dataclasses import dataclass

from tresen.counter.taste import size_fits
from tresen.kit.words import say
from tresen.shop.catalog import Product, pick

SIZE = "size"
_SMALL = re.compile(
    r"(?:fallt|fallen|fällt)\b[^.;]*\bklein(?:er)?\b[^.;]*\baus\b|\bruns?\b[^.;]*\bsmall\b", re.IGNORECASE
)
_LARGE = re.compile(
    r"(?:fällt|fallen)\b[^.;]*\bgr(?:o|ö)(?:ß|ss)(?:er)?\b[^.;]*\baus\b|\bruns?\b[^.;]*\b(?:large|big)\b", re.IGNORECASE
)
_FEET = re.compile(r"fuß|innenlänge|foot|inner length", re.IGNORECASE)
_INNER = re.compile(r"innenlänge|inner length", re.IGNORECASE)
_SPARE = re.compile(r"plus\s+(\d+(?:[.,]\d)?)\s*(mm|cm)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!])\s+")
_ASIDE = re.compile(r"gewicht|weight", re.IGNORECASE)  # what is said of the fit's neighbour in the feed
_NUMBER = r"(\d{1,3}(?:[.,]\d)?)"


@dataclass(frozen=True)
class SizeAdvice:
    """What size to take and why. `suggested` is empty when the shop states nothing that decides it.

    `chart` and `fit` are the shop's words, empty where it says nothing; `told` is the advice in one or two sentences.
    """

    sizes: tuple[str, ...]
    there: tuple[str, ...]
    chart: str
    fit: str
    suggested: str
    told: str


def advise(product: Product, locale: str, usual: str = "", foot_cm: float = 0, body_cm: float = 0) -> SizeAdvice:
    """Advice on the size of a product.

    Args:
        usual: The size that the shopper wears otherwise.
        foot_cm: The length of their foot.
        body_cm: What else the chart measures: chest, hips, hand, head.
    """
    sizes, there = _sizes(product, locale), _sizes(product, locale, available=True)
    chart, fit = (pick(product.details.get(key, ""), locale) for key in ("size_chart", "fit"))
    fit = " ".join(piece for piece in _SENTENCE.split(fit) if not _ASIDE.search(piece))
    values = {"title": pick(product.title, locale), "usual": usual, "chart": chart, "fit": fit}
    measured = foot_cm if _FEET.search(chart) else body_cm
    by_chart = _by_measure(chart, sizes, measured) if measured else ""
    worn = next((name for name in sizes if usual and size_fits(name, usual, exactly=False)), "")
    suggested = by_chart or _by_fit(worn, sizes, fit)
    why = _why(suggested, by_chart, worn, usual, fit) if sizes else "one-only"
    told = [say(f"size-{why}", locale, **values, size=suggested, sizes=", ".join(sizes))]
    if suggested and suggested not in there:
        told.append(say("size-gone" if there else "size-all-gone", locale, size=suggested, sizes=", ".join(there)))
    if chart and not by_chart and not worn:
        told.append(say("size-chart", locale, chart=chart))
    return SizeAdvice(sizes, there, chart, fit, suggested, " ".join(told))


def _why(suggested: str, by_chart: str, worn: str, usual: str, fit: str) -> str:
    """Which sentence says it."""
    if not suggested:
        return "not-made" if usual and not worn else "fit-only" if fit else "not-stated"
    if by_chart:
        return "by-chart"
    if suggested != worn:
        return "by-fit"
    return "as-usual" if fit else "as-usual-unsaid"


def _sizes(product: Product, locale: str, available: bool = False) -> tuple[str, ...]:
    items = [item for item in product.variants if SIZE in item.options and (item.available or not available)]
    return tuple(dict.fromkeys(pick(item.options[SIZE], locale) for item in items))


def _by_fit(worn: str, sizes: tuple[str, ...], fit: str) -> str:
    """The size worn otherwise, one further up when the shop says that it runs small, one down when large."""
    if not worn:
        return ""
    step = 1 if _SMALL.search(fit) else -1 if _LARGE.search(fit) else 0
    place = sizes.index(worn) + step
    return sizes[place] if 0 <= place < len(sizes) else worn


def _by_measure(chart: str, sizes: tuple[str, ...], measured: float) -> str:
    """The size whose span in the chart holds the measure, else the smallest that is not too small."""
    spare = _SPARE.search(chart) if _INNER.search(chart) else None
    needed = measured + (_number(spare[1]) / (10 if spare[2].lower() == "mm" else 1) if spare else 0)
    spans = [(span, name) for name in sizes if (span := _span(chart, name))]
    inside = next((name for (low, high), name in spans if low <= needed <= high), "")
    roomy = min(((low, name) for (low, _), name in spans if low >= needed), default=(0.0, ""))[1]
    beyond = bool(spans) and needed < min(low for (low, _), _ in spans) - 1
    return inside or ("" if beyond else roomy)


def _span(chart: str, size: str) -> tuple[float, float] | None:
    """(from, to) in cm of a size in a chart such as `M: 90–98 cm, L: 98–107 cm` or `28: 18,0 cm; 29: 18,6 cm`."""
    name = re.escape(size.partition("(")[0].strip())
    found = re.search(rf"(?<![\w,.–-]){name}\s*(?:[:=]\s*|\s){_NUMBER}(?:\s*[–-]\s*{_NUMBER})?", chart)
    if found is None:
        return None
    low = _number(found[1])
    return low, _number(found[2]) if found[2] else low


def _number(text: str) -> float:
    return float(text.replace(",", "."))
