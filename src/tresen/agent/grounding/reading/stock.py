"""What prose says of stock: there, gone, a few, or so many left."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tresen.agent.grounding.reading.hedges import Hedge, hedge_before
from tresen.agent.grounding.reading.numbers import DIGITS, parse, words
from tresen.agent.grounding.reading.shades import shades
from tresen.agent.grounding.reading.units import unit_after

_N = (
    rf"(?:(?<!your )(?<!deinen )(?<!deine )(?:(?<![\d.,–-])(?:{DIGITS})|"
    rf"\b(?:{'|'.join(sorted((w for w in words() if w.isalpha()), key=len, reverse=True))}|ein(?:e[nms]?)?|"
    rf"one)\b))"
)
_GOODS = r"(?:Stück|Paare?n?|Exemplare?n?|Einheiten|pairs?|pieces?|units?|items?|of them)"
_THERE = r"(?:sofort |aktuell |derzeit )?(?:auf Lager|am Lager|lagernd|vorrätig|lieferbar|verfügbar|in stock|available)"
_COUNT = re.compile(
    rf"(?P<a>{_N})\s+(?:\w+\s+)?{_GOODS}?\s*(?:sind |ist |liegen |warten |are |is )?(?:noch |jetzt |still |now |"
    rf"currently )?(?:{_THERE}|übrig|left|remaining|im Lager)\b|"
    rf"\b(?:stocked with|down to)\s+(?:just |only )?(?P<d>{_N})\b(?:\s+{_GOODS})?(?!\s*(?:€|%|g\b|cm))|"
    rf"\b(?:nur noch|noch|only|just)\s+(?P<b>{_N})\s+{_GOODS}(?!\s*(?:zu|im Warenkorb|in your cart))|"
    rf"(?:{_THERE}|(?:Lager)?bestand|stock)\s*(?::|\(|ist|sind|is|"
    rf"von)?\s*(?:nur )?(?:noch )?(?P<c>{_N})(?:\s+{_GOODS})?(?!\s*(?:€|Euro|%|Werk|Tage?|days|working|"
    rf"business))",
    re.IGNORECASE,
)
_HAD = re.compile(
    rf"\b(?P<a>\d+|{'|'.join(sorted((w for w in words() if w.isalpha()), key=len, reverse=True))})[\s-]?[Mm]al\b|"
    rf"\b(?:last|letzten?|letzte|final)\s+(?P<b>{_N})(?:\s+{_GOODS})?|"
    rf"\b(?:[Hh]aben wir|[Ww]ir haben|[Ww]e(?:'ve| have|"
    rf" still have)(?: got)?)\s+(?:\w+\s+){{0,3}}?(?:noch\s+|still\s+|only\s+|"
    rf"nur\s+)*(?P<c>{_N})(?:\s+(?:{_GOODS}|of\b|da\b)|\s+[A-Z]|[.,]|$)|"
    rf"\b(?:[Ss]ind|[Ii]st|are|is)\s+(?:\w+\s+){{0,2}}?(?:noch\s+|nur\s+|nur noch\s+|still\s+|"
    rf"only\s+)*(?P<d>{_N})\s+(?:{_GOODS}\s+)?(?:da|übrig|left)\b",
)
_IN_A_COLOUR = re.compile(rf"(?P<a>{_N})\s+(?:{_GOODS}\s+)?(?:sind\s+|gibt es\s+)?in\s+", re.IGNORECASE)
_STILL = re.compile(
    r"\bhaben wir (?:(?:sie|ihn|es|den|die|das|davon)\s+)?noch\b(?!\s+(?:nicht|kein))|\bwe still have\b|"
    r"\bist noch da\b|\bsind noch da\b",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:auf lager|am lager|lagernd|vorrätig|lieferbar|in stock|ready to ship|versandfertig|nachbestellt)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:verfügbar\w*|erhältlich|zu haben|available|availability|zu bekommen|"
    r"(?:direkt|sofort|gleich) bestellen|(?:order|buy) (?:it |them )?(?:right|straight) (?:away|now))\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:ausverkauft\w*|vergriffen\w*|out of stock|sold[- ]out|unavailable|no stock|kein bestand|nicht mehr da)\b",
    re.IGNORECASE,
)
_FEW = re.compile(
    r"\b(?:nur noch|noch|only|just)\s+(?:a\s+)?(?:wenige|few|ein paar|a handful)\b|\b(?:fast|almost|"
    r"nearly)\s+(?:ausverkauft|sold out|weg|gone)|\blow stock\b|\bletzte stücke\b|"
    r"\bknapp(?:er)? (?:bestand|vorrat)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:nicht|kein\w*|weder|not|no longer|never|cannot|isn't|aren't|nirgends|nie)\b|n['’]t\b", re.IGNORECASE
)
_ALL = re.compile(r"\b(?:alle[nr]?|all|beiden?|der|the|of the|to|bis)\s+$", re.IGNORECASE)
# "If solar charging tempts you, ...": what somebody likes is no condition of what is there.
_TASTE = re.compile(r"\W*(?:if|wenn|falls)\b[^,;]*\b(?:you|your|du|dir|dich|dein\w*)\b[^,;]*,", re.IGNORECASE)
_IF = re.compile(
    r"\b(?:wenn|falls|sobald|solange|ob|if|whether|when|as soon as|as long as|once|unless|sofern|wieder|provided|"
    r"providing|assuming|vorausgesetzt|angenommen)\b|\bback\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StockClaim:
    """`there` says in stock; `count` is how many; `firm` is False for words like "available in blue"."""

    there: bool
    start: int
    end: int
    firm: bool = True
    few: bool = False
    count: Decimal | None = None
    hedge: Hedge = Hedge.EXACT


def stock(text: str, clauses: list[tuple[int, int]], sizes: Sequence[tuple[int, int]] = ()) -> list[StockClaim]:
    """Every saying about stock that is not a condition; a number inside `sizes` counts nothing."""

    def counts(match: re.Match[str], group: str) -> bool:
        at, end = match.span(group)
        sized = any(start <= at < last for start, last in sizes)
        priced = text[: max(at, 0)].rstrip()[-1:] in ("€", "$", "£")
        return at >= 0 and not sized and not priced and not unit_after(text, end) and not _ALL.search(text[:at])

    found: list[StockClaim] = []
    for pattern in (_COUNT, _HAD):
        for match in pattern.finditer(text):
            group = next(name for name in match.groupdict() if match[name])
            if counts(match, group) and not any(
                each.start < match.end() and match.start() < each.end for each in found
            ):
                found.append(_counted(text, match, group))
    starts = {shade.start for shade in shades(text)}
    coloured = [match for match in _IN_A_COLOUR.finditer(text) if match.end() in starts]
    if found or len(coloured) > 1:  # "27 in black and 20 in red"
        found += [_counted(text, match, "a") for match in coloured]
    found += [StockClaim(True, match.start(), match.end(), few=True) for match in _FEW.finditer(text)]
    for pattern, there, firm in ((_FIRM, True, True), (_STILL, True, True), (_SOFT, True, False), (_GONE, False, True)):
        for match in pattern.finditer(text):
            if any(each.start <= match.start() < each.end for each in found):
                continue
            start, _ = next((span for span in clauses if span[0] <= match.start() < span[1]), (0, 0))
            start = max(start, text.rfind(": ", start, match.start()))
            if taste := _TASTE.match(text, start, match.start()):
                start = taste.end()
            if _IF.search(text[start : match.start()]):
                continue
            denied = bool(
                _NOT.search(text[start : match.start()]) or re.match(r"\s+(?:nicht|not)\b", text[match.end() :])
            )
            found.append(StockClaim(there is not denied, match.start(), match.end(), firm))
    return sorted(found, key=lambda claim: claim.start)


def _counted(text: str, match: re.Match[str], group: str) -> StockClaim:
    word = match[group].casefold()
    value = parse(word) if word[0].isdigit() else words().get(word, Decimal(1))
    hedge, _ = hedge_before(text, match.start(group))
    return StockClaim(True, match.start(), match.end(), count=value, hedge=hedge)
