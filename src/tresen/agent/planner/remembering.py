"""What shoppers say of themselves for good ("ich trage 42", not "in 42 bitte"), and what is known of them: scripts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tresen.agent.planner.catalog import Catalog
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.references import content
from tresen.agent.planner.results import line
from tresen.agent.planner.spelling import words
from tresen.agent.planner.transcript import Call
from tresen.agent.planner.view import Said, Script, View
from tresen.agent.planner.vocabulary import empty_words
from tresen.counter.taste import is_for_others

TOOL, SHOW, FORGET, ALL = "remember", "show_memory", "forget", "all"
MOST_FACTS = 4  # of one message
MOST_WORDS = 4  # of a value
MISREAD = frozenset({"find", "refine", "choose", "unclear", "empty", "puzzle", "more", "yes", "no"})
NARROWING = frozenset({"find", "refine"})  # what the same words can be as well, while a search is open
_LONGEST_ANSWER = 900

_FIGURE = r"\d{2}(?:[.,]5)?(?:\s*[-–/]\s*\d{2})?|\d?x{0,3}[sl]|m"
_SIZE = (
    rf"(?P<value>{_FIGURE})\b"
    r"(?!['’]|\s*(?:jahre|kinder|kg|cm|mm|km|euro|€|mal|paar|stück|years?|kids|pairs?|pieces?|times))"
)
_GOODS = r"(?:\s+(?:bei|in|für|for)\s+(?:den\s+|the\s+|my\s+|meinen\s+)?(?P<about>[^\W\d]{4,}(?:[ -][^\W\d]{4,})?))?"
_DE_WAYS = r"(?:(?:normalerweise|meist(?:ens)?|immer|sonst|jetzt|inzwischen|mittlerweile|eigentlich|aktuell)\s+)"
_DE_GOODS = r"(?:(?:bei|in)\s+(?P<goods>[^\W\d]{4,})\s+)?"
_EN_WAYS = r"(?:(?:usually|normally|always|now|mostly|generally|currently)\s+)"
_EN_SIZE = r"(?:(?:an?|eu|size)\s+)*"
_WHAT = r"(?P<value>[^.,;!?\n]+?)(?=\s+(?:und|and|aber|but|weil|because|denn|for)\b|[.,;!?\n]|$)"
_SUM = (
    r"(?:[a-zä.]+\s+){0,2}?[€$£]?\s?(?P<value>\d{1,5}(?:[.,]\d{2})?)(?:\s*(?:€|euros?\b|eur\b|dollars?\b|pounds?\b))?"
)
_VERY = r"(?:(?:sehr|wirklich|besonders|ganz|total|gar|überhaupt|really|very|so|eher|quite|rather)\s+)*"

# The first that fits a place in the text counts.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("size", rf"\bich\s+trage\s+{_DE_WAYS}*{_DE_GOODS}{_DE_WAYS}*(?:(?:schuh)?größe\s+)?{_SIZE}{_GOODS}"),
    ("size", rf"\bich\s+hab(?:e)?\s+(?:{_DE_WAYS}+|{_DE_WAYS}*{_DE_GOODS}(?:schuh)?größe\s+){_SIZE}{_GOODS}"),
    ("size", rf"\bdass\s+ich\s+{_DE_WAYS}*(?:größe\s+)?{_SIZE}\s+(?:trage|habe)\b"),
    ("size", rf"\bmeine\s+(?:(?P<goods>schuh|hosen|hemd|shirt|helm)\s?)?größe\s+ist\s+{_DE_WAYS}*{_SIZE}{_GOODS}"),
    ("size", rf"\bi\s+{_EN_WAYS}*(?:wear|take)\s+{_EN_WAYS}*{_EN_SIZE}{_SIZE}{_GOODS}"),
    ("size", rf"\bi(?:['’]?m|\s+am)\s+(?:{_EN_WAYS}+(?:an?\s+)?(?:size\s+)?|(?:an?\s+)?size\s+){_SIZE}{_GOODS}"),
    ("size", rf"\bmy\s+(?:(?P<goods>[a-z]{{4,}})\s+)?size\s+is\s+{_EN_WAYS}*{_EN_SIZE}{_SIZE}{_GOODS}"),
    ("budget", rf"\bmein(?:\s+\w+)?\s+budget{_GOODS}\s+(?:ist|liegt|beträgt|sind)\s+{_SUM}"),
    ("budget", rf"\bmy(?:\s+\w+)?\s+budget{_GOODS}\s+is\s+{_SUM}"),
    ("fit", r"\bich\s+habe?\s+(?:(?:sehr|eher|ziemlich|recht)\s+)?(?P<value>(?:breite|schmale)\s+füße)"),
    ("fit", r"\bi\s+have\s+(?:(?:very|rather|quite|pretty)\s+)?(?P<value>(?:wide|narrow|broad)\s+feet)"),
    ("dislike", rf"\b(?:ich|und|aber)\s+mag\s+(?:auch\s+)?{_VERY}keine?[nrms]?\s+{_WHAT}"),
    ("dislike", rf"\bich\s+hasse\s+{_WHAT}"),
    ("dislike", rf"\bich\s+mag\s+(?P<value>\w[\w-]*(?:\s\w[\w-]*)?)\s+{_VERY}nicht\b"),
    ("dislike", rf"(?:^|(?<=[.,;!?\n]))\s*(?P<value>\w[\w-]*(?:\s\w[\w-]*)?)\s+mag\s+ich\s+{_VERY}nicht\b"),
    ("dislike", rf"\bich\s+trage\s+(?:nie|keine?[nrms]?)\s+{_WHAT}"),
    (
        "dislike",
        rf"\bi\s+(?:really\s+)?(?:don['’]?t\s+(?:really\s+)?like|do\s+not\s+like|dislike|hate|never\s+wear)\s+{_WHAT}",
    ),
    ("dislike", rf"\bi\s+can(?:['’]?t|not)\s+stand\s+{_WHAT}"),
    ("value", rf"\bich\s+(?:kaufe|trage|nehme)\s+(?:immer\s+)?(?:nur|ausschließlich)\s+{_WHAT}"),
    ("value", rf"\bich\s+(?:achte|lege\s+wert)\s+{_VERY}auf\s+{_WHAT}"),
    ("value", rf"\bmir\s+(?:ist|sind)\s+(?P<value>[^.,;!?\n]+?)\s+{_VERY}wichtig\b"),
    ("value", rf"(?:^|(?<=[.,;!?\n]))\s*(?P<value>[^.,;!?\n]+?)\s+(?:ist|sind)\s+mir\s+{_VERY}wichtig\b"),
    ("value", r"\b(?:ich\s+(?:lebe|bin)|i(?:['’]?m|\s+am))\s+(?P<value>vegan)\w*"),
    ("value", rf"\bi\s+(?:only|always)\s+(?:buy|wear)\s+{_WHAT}"),
    ("value", rf"\bi\s+{_VERY}(?:care\s+about|value)\s+{_WHAT}"),
    ("value", rf"(?:^|(?<=[.,;!?\n]))\s*(?P<value>[^.,;!?\n]+?)\s+(?:is|are)\s+{_VERY}important\s+to\s+me\b"),
    ("value", r"(?:^|(?<=[.,;!?\n]))\s*(?P<value>[^.,;!?\n]+?)\s+matters?\s+(?:a\s+lot\s+)?to\s+me\b"),
    ("brand", rf"\bmeine\s+lieblingsmarke\s+ist\s+{_WHAT}"),
    ("brand", rf"\bmy\s+favou?rite\s+brand\s+is\s+{_WHAT}"),
    ("liked", rf"\bich\s+(?:mag|liebe|stehe\s+auf|trage\s+am\s+liebsten)\s+{_WHAT}"),
    ("liked", rf"\bi\s+{_VERY}(?:like|love|prefer)\s+{_WHAT}"),
    ("purpose", rf"\bich\s+trainiere\s+(?:gerade\s+|zurzeit\s+)?für\s+{_WHAT}"),
    ("purpose", r"\bich\s+bereite\s+mich\s+(?:gerade\s+)?auf\s+(?P<value>[^.,;!?\n]+?)\s+vor\b"),
    ("purpose", rf"\bich\s+laufe\s+(?:meist(?:ens)?|hauptsächlich|vor\s+allem|immer|viel)\s+{_WHAT}"),
    ("purpose", rf"\bi(?:['’]?m|\s+am)\s+(?:currently\s+)?(?:training|preparing)\s+for\s+{_WHAT}"),
    ("purpose", rf"\bi\s+(?:mostly|mainly|usually|always)\s+run\s+{_WHAT}"),
)
_READ = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_LEADING = re.compile(r"^(?:(?:my|meinen?|meine[nrms]?|ein(?:e[nrms]?)?|an?|auch|also)\s+)+", re.IGNORECASE)
_SHOWN = re.compile(  # one of the products in view, or nothing in particular
    r"^(?:das|die|den|der|dem|dies\w*|jene\w*|es|sie|ihn|the|this|that|these|those|it|them|to|dich|you|when|how|what|"
    r"wenn|was|wie|erst\w*|zweit\w*|dritt\w*|mehr|more|davon)\b|\b(?:haben|kaufen|bestellen|suchen|have|buy|order)$",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"\b(?:was|alles\s+was)\s+(?:weißt|weisst|weiß)\s+(?:du|ihr)\b.*\büber\s+mich\b|"
    r"\bwas\s+(?:hast|habt)\s+(?:du\s+dir|ihr\s+euch|du|ihr)\b.*\b(?:gemerkt|gespeichert)\b|"
    r"\bzeig\w*\s+(?:mir\s+)?(?:bitte\s+)?(?:alles,?\s+)?was\s+du\s+(?:dir\s+)?(?:über|von)\s+m(?:ich|ir)\b|"
    r"\bwhat\s+(?:do|did)\s+you\s+(?:know|remember|store)\b.*\babout\s+me\b|"
    r"\bwhat\s+(?:have\s+you|you\s+have|you['’]ve)\s+(?:remembered|saved|stored|noted)\b|"
    r"\b(?:exportier\w*|export|download)\s+(?:bitte\s+|please\s+)?(?:alles|everything|what\s+you\s+know|was\s+du)\b",
    re.IGNORECASE,
)
_FORGETS_ALL = re.compile(
    r"\bverg(?:iss|esst)\s+(?:bitte\s+)?alles(?:,?\s+(?:was\s+du\s+(?:dir\s+)?)?(?:über\s+mich|von\s+mir)[^.!?]*)?\s*[.!?]*$|"
    r"\blösch\w*\s+(?:bitte\s+)?alles,?\s+(?:was\s+du\s+(?:dir\s+)?)?(?:über\s+mich|von\s+mir)[^.!?]*[.!?]*$|"
    r"\bforget\s+(?:please\s+)?everything(?:\s+(?:(?:that\s+)?you\s+(?:know|remember|have)\s+)?about\s+me)?\s*[.!?]*$|"
    r"\b(?:delete|erase)\s+everything\s+(?:(?:that\s+)?you\s+(?:know|remember|have)\s+)?about\s+me\b",
    re.IGNORECASE,
)
_FORGETS = re.compile(
    r"\b(?P<verb>verg(?:iss|esst)|lösch\w*|forget|delete|erase)\s+(?:bitte\s+|please\s+)?"
    r"(?P<how>dass\s+ich|that\s+i|das\s+mit(?:\s+de[rmn])?|the\s+thing\s+about|about\s+my|meine?n?|my)\s+(?P<what>[^.!?\n]+)",
    re.IGNORECASE,
)
_KINDS = {
    "size": r"(?:schuh|hosen)?größen?|(?:shoe\s+)?sizes?",
    "budget": r"budgets?",
    "brand": r"(?:lieblings)?marken?|brands?",
    "dislike": r"abneigung\w*|dislikes?",
    "value": r"werte?|values?",
    "purpose": r"vorhaben|pläne?|plans?|purposes?",
    "fit": r"passform|füße|feet|fit",
}
_NAMED = {kind: re.compile(rf"(?:{names})\W*$", re.IGNORECASE) for kind, names in _KINDS.items()}


@dataclass(frozen=True)
class Fact:
    """Something the shopper says of themselves; `words` say it, from `start` to `end` of the text."""

    kind: str
    value: str
    about: str
    words: str
    start: int
    end: int


def beside(wishes: list[Wish], view: View) -> list[Wish]:
    """The wishes of a message with those about the shopper's memory; what was only said of oneself is no search."""
    text, able = view.turn.text, view.tools | {result.call.name for result in view.turn.results}
    if SHOW in able and _SHOWS.search(text):
        return [Wish(SHOW, (text,))]
    if FORGET in able and (what := _forgotten(text)):
        return [Wish(FORGET, (what,))]
    found = noticed(text, view.catalog) if TOOL in able and not is_for_others(text) else []
    if not found:
        return wishes
    if content(_rest(text, found)) or "?" in text:
        kept = wishes
    else:
        kept = [each for each in wishes if each.kind not in MISREAD or _goes_on(each, found, view)]
    return [*kept, Wish(TOOL, (text,))]


def note(wish: Wish, view: View) -> Script:
    """Have what was said remembered; the shop's own words say that it was."""
    calls = tuple(
        Call(
            TOOL,
            {"kind": each.kind, "value": each.value, "words": each.words}
            | ({"about": each.about} if each.about else {}),
        )
        for each in noticed(wish.text, view.catalog)
    )
    results = yield calls
    said = [line(result.data.get("tell"), _LONGEST_ANSWER) for result in results]
    return Said(" ".join(dict.fromkeys(each for each in said if each)))


def show(wish: Wish, view: View) -> Script:
    """Everything that is known."""
    (result,) = yield (Call(SHOW, {}),)
    return Said(line(result.data.get("tell"), 4 * _LONGEST_ANSWER) or told("unavailable", view.locale))


def forget(wish: Wish, view: View) -> Script:
    """Have something forgotten."""
    (result,) = yield (Call(FORGET, {"what": wish.text}),)
    return Said(line(result.data.get("tell"), _LONGEST_ANSWER) or told("unavailable", view.locale))


def noticed(text: str, catalog: Catalog) -> list[Fact]:
    """What a message says of the shopper for good, in the order of the text; no place of it counts twice."""
    found: list[Fact] = []
    for fact in _read(text, catalog):
        if not any(fact.start < each.end and each.start < fact.end for each in found):
            found.append(fact)
    return sorted(found, key=lambda each: each.start)[:MOST_FACTS]


def _read(text: str, catalog: Catalog) -> Iterator[Fact]:
    for kind, pattern in _READ:
        for match in pattern.finditer(text):
            value = _LEADING.sub("", match["value"].strip())
            groups = match.groupdict()
            about = _goods(groups.get("goods") or groups.get("about") or "", catalog)
            sort = _sort(kind, value, catalog)
            if sort and not _asked(text, match):
                yield Fact(sort, value, about, match[0].strip(), match.start(), match.end())


def _asked(text: str, match: re.Match[str]) -> bool:
    """Whether the words are part of a question: `was, wenn ich 42 trage?`."""
    sentence = re.split(r"[.!\n]", text[match.start() :], maxsplit=1)[0]
    return "?" in sentence[: match.end() - match.start() + 1]


def _sort(kind: str, value: str, catalog: Catalog) -> str:
    """The kind that a value makes of it; empty when it says nothing that lasts."""
    if kind in ("size", "budget", "fit"):
        return kind
    said = [word for word in words(value) if word not in empty_words()]
    if not said or len(value.split()) > MOST_WORDS or (kind != "purpose" and _SHOWN.search(value)):
        return ""
    if catalog.brand(value)[0]:
        return "dislike" if kind == "dislike" else "brand"
    if kind == "liked":
        return ""
    return "" if kind == "value" and catalog.names_category(value) else kind


def _goods(said: str, catalog: Catalog) -> str:
    """The goods that are named, if the shop has such."""
    named = [said, said.split()[-1]] if said else []
    return next((each for each in named if catalog.names_category(each) or each.lower() in ("schuh", "shoe")), "")


def _rest(text: str, found: list[Fact]) -> str:
    for each in reversed(found):
        text = f"{text[: each.start]} {text[each.end :]}"
    return re.sub(r"\b(?:merk|merke|remember|dir|bitte|please|übrigens|btw|also|dass|that)\b", " ", text, flags=re.I)


def _goes_on(wish: Wish, found: list[Fact], view: View) -> bool:
    """Whether what was said of oneself narrows the search that is open as well, or answers a question of ours."""
    if view.memory.pending is not None and wish.kind == view.memory.pending.kind:
        return True
    narrows = any(each.kind in ("size", "budget", "dislike", "brand") for each in found)
    return narrows and view.memory.search is not None and wish.kind in NARROWING


def _forgotten(text: str) -> str:
    """What is to be forgotten; empty when nothing is."""
    if _FORGETS_ALL.search(text):
        return ALL
    match = _FORGETS.search(text)
    if match is None:
        return ""
    kind = next((name for name, pattern in _NAMED.items() if pattern.match(match["what"].strip())), "")
    own = match["how"].lower().startswith(("mein", "my"))
    recalls = match["verb"].lower().startswith(("verg", "forget"))
    return kind or (match["what"].strip() if recalls and not own and words(match["what"]) else "")
