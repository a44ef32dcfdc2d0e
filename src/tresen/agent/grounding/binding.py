"""What each claim of a sentence is about: the products named nearest, else the last ones named, else anything."""

import re
from dataclasses import dataclass, field

from tresen.agent.grounding.another import another
from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading import clauses, lexicon
from tresen.agent.grounding.reading.naming import Mention

ANY: frozenset[str] = frozenset()
_OPEN = re.compile(
    r"\b(?:günstigste\w*|billigste\w*|preiswerteste\w*|teuerste\w*|leichteste\w*|schwerste\w*|hellste\w*|beste\w*|best|"
    r"bestbewertete\w*|cheapest|lightest|heaviest|brightest|dearest|most expensive|highest|lowest|top|"
    r"andere[nrs]?|anderen|weitere\w*|übrigen|restlichen|alle\w*|beide\w*|jede\w*|sämtliche|all|both|every|each|others?|rest|"
    r"preislich|preise|auswahl|treffer|modelle|prices|range|models|options|ones|"
    r"(?:zwei|drei|vier|two|three|four|2|3|4) (?:\w+ )?(?:modelle|paare?|paar|produkte|models|pairs|"
    r"products|options))\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:alle|allesamt|beide|jedes|jeder|jede|sämtliche|all|both|every|each)\b", re.IGNORECASE)
_NTH = re.compile(
    r"\b(?:(?:das|die|der|den|dem|the)\s+(?:(erste|first)|(zweite|second)|(dritte|third)|(vierte|fourth)|(letzte|last))[nrsm]?"
    r"(?!\s+(?:\d|zwei|drei|vier|fünf|two|three|four|five|zwölf|tage?n?\b|monate?n?\b|woche|jahr|day|month|week|year|marathon|lauf|schritt|step))|"
    r"(?:nummer|nr\.|number|option|no\.)\s+([1-9])\b)",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"[,;:]\s|\s[–—-]\s|\n|\s(?:but|aber)\s")
_ATTACHED = re.compile(
    r"\s*(?:for|of|bei|beim|von|vom|für)\s+(?:(?:the|der|die|das|den|dem)\s+)?[„“\"*]*", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"(?:die|der|das|den|dem|which|that)\s+(?:(?:schon|auch|nur|sogar|already|even|only)\s+)?"
    r"(?:es|sie|er|wir|du|in|mit|für|it|is|has|comes|you)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:als|than|wie|as|below|above|under|over|unter|über|versus|vs\.?|gegenüber|statt|instead of)\s+"
    r"(?:\w+\s+){0,2}[„“\"*]*$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[“”\"*]*\s*(?:mit|with|at|bei|für|for|\(|:)\s*(?:its|the|nur|only|just)?\s*", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:its|it|sie|er|es|ihr|sein|seine|ihre)\b", re.IGNORECASE)
_CONDITION = re.compile(r"(?:if|when|wenn|falls|wer)\b", re.IGNORECASE)
_LACKING = re.compile(r"\b(?:kein\w*|ohne|no|without)\s+$", re.IGNORECASE)
_LESS = re.compile(r"\b(?:ohne|without)\s+(?:(?:der|die|das|den|dem|the)\s+)[„“\"*]*$", re.IGNORECASE)
_VERSUS = re.compile(r"\s*(?:to|gegen|against|versus|vs\.?|statt|zu|gegenüber)\s*", re.IGNORECASE)
_TURNED = re.compile(
    r"\s*(?:günstiger|billiger|teurer|leichter|schwerer|mehr|weniger|cheaper|less|more|lighter|heavier)\b[^.;]*?"
    r"\b(?:ist|sind|wären?|kostet|kosten|gibt es|is|are|comes?)\b",
    re.IGNORECASE,
)
_PLUS = re.compile(r"\b(?:plus|and|und|sowie|as well as|along with|dazu)\b", re.IGNORECASE)
_EACH_ONE = re.compile(r"(?<=\d) each\b|(?<=\d\s€) each\b|(?<=[€\d]),? (?:jeweils|je)\b", re.IGNORECASE)
_BY = re.compile(r"[*“”\"]*\s*(?:\(|von|by|from)\s*", re.IGNORECASE)
_THIS = re.compile(r"\b(?:diese[rsmn]? hier|this one|der hier|die hier|das hier)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """Products that are named at one place; those named together ("A und B") are one."""

    ids: frozenset[str]
    start: int
    end: int
    compared: bool = False


@dataclass
class Sentence:
    """A sentence with its claims and the products named in it; `focus` are those named before it."""

    text: str
    claims: list[Claim]
    focus: frozenset[str]
    named: list[Named] = field(default_factory=list)
    columns: tuple[frozenset[str], ...] = ()  # of the table that the line belongs to
    clauses: list[tuple[int, int]] = field(default_factory=list)

    @property
    def question(self) -> bool:
        return self.text.rstrip().rstrip('*"”“»)').endswith("?")

    def clause(self, claim: Claim) -> str:
        start, end = clauses.around(self.clauses, claim.start)
        return self.text[start:end]

    def phrase(self, claim: Claim) -> str:
        """What stands around a claim between commas and the like; "und" parts nothing here."""
        start = max((match.end() for match in _PHRASE.finditer(self.text, 0, claim.start)), default=0)
        found = _PHRASE.search(self.text, claim.end)
        return self.text[start : found.start() if found else len(self.text)]

    def near(self, claim: Claim) -> frozenset[str]:
        return lexicon.about(self.near_text(claim))

    def far(self, claim: Claim) -> frozenset[str]:
        """The words of the sentence, but for the clauses in which another figure of the kind stands."""
        own = clauses.around(self.clauses, claim.start)
        kept = [self.near_text(claim)]
        for span in self.clauses:
            rivals = [each for each in self.claims if _rivals(each, claim) and span[0] <= each.start < span[1]]
            if span != own and not rivals:
                kept.append(self.text[span[0] : span[1]])
        return lexicon.about(" ".join(kept))

    def near_text(self, claim: Claim) -> str:
        start, end = clauses.around(self.clauses, claim.start)
        opened, closed = self.text.rfind("(", start, claim.start), self.text.find(")", claim.end, end)
        if opened >= 0 and closed > opened:  # of what stands in brackets, only the part between two commas
            first = max(opened, self.text.rfind(", ", opened, claim.start))
            last = self.text.find(", ", claim.end, closed)
            inside = self.text[first + 1 : claim.start] + self.text[claim.end : last if last > 0 else closed]
            return f"{self.text[start:opened]} {inside}"
        return f"{self.text[start : max(start, claim.start)]} {self.text[min(end, claim.end) : end]}"

    def every(self, claim: Claim) -> bool:
        return bool(_EVERY.search(_EACH_ONE.sub("", self.clause(claim))))

    def subject(self, claim: Claim) -> tuple[frozenset[str], bool]:
        """The products a claim is about, and whether they are named in its own clause; ANY when nothing says."""
        if self.columns and (column := self.columns[self.text.count("|", 0, claim.start) % len(self.columns)]):
            return column, True
        start, end = clauses.around(self.clauses, claim.start)
        here = [each for each in self.named if start <= each.start < end and not each.compared]
        opened = self.text.rfind("(", 0, claim.start)
        if opened > self.text.rfind(")", 0, claim.start):  # what stands in brackets is said of what stands before
            here = [each for each in here if each.start < opened] or [each for each in here if each.start < claim.end]
        before = [each for each in here if each.start < claim.end]
        for each in here:
            if _ATTACHED.fullmatch(self.text[claim.end : each.start]):
                return each.ids, True
        if rival := self._rival(claim):
            return rival, True
        if joined := [each for each in self.named if self._joined(each, claim)]:
            return joined[-1].ids, True
        if here and not before and self.focus and _PRONOUN.match(self.text[start:end].lstrip(" ,")):
            return self.focus, False
        if here and not before and self._against(claim, here[0]):
            here = []
        if before or (here and not _PLUS.search(self.text[claim.end : here[0].start])):
            return (before or here)[-1 if before else 0].ids, True
        if not before and (turned := self._turned(claim)):
            return turned.ids, True
        if _OPEN.search(_EACH_ONE.sub("", self.text[start:end])):
            return ANY, False
        relative = bool(_RELATIVE.match(self.text[start:end].lstrip(" ,")))
        earlier = [each for each in self.named if each.end <= claim.start and (relative or not each.compared)]
        if earlier:
            return earlier[-1].ids, False
        if _OPEN.search(self.text):
            return ANY, False
        later = [each for each in self.named if each.start >= claim.end and not each.compared]
        later = [each for each in later if not self._priced(each, claim)]
        if later and (not self.focus or _CONDITION.match(self.text[start:end].lstrip(" ,"))):
            return later[0].ids, False
        return self.focus, False

    def _joined(self, named: Named, claim: Claim) -> bool:
        found = _JOINED.fullmatch(self.text[named.end : claim.start])
        return found is not None and not (named.compared and ":" in found[0])

    def _turned(self, claim: Claim) -> Named | None:
        """ "Seven euros cheaper are the socks": named behind what is said of it."""
        found = _TURNED.match(self.text, claim.end)
        if found is None or any(each.end <= claim.start for each in self.named):
            return None
        return next((each for each in self.named if each.start >= found.end()), None)

    def _against(self, claim: Claim, named: Named) -> bool:
        """Whether a name is that of the figure a claim is held against: "245 grams against 520 for the Transit"."""
        return any(self._versus(claim, each) and each.start < named.start for each in self.claims)

    def _versus(self, one: Claim, other: Claim) -> bool:
        between = self.text[one.end : other.start] if one.end < other.start else ""
        return one.kind == other.kind and bool(between and _VERSUS.fullmatch(between))

    def _priced(self, named: Named, claim: Claim) -> bool:
        """Whether products have a figure of this kind of their own: "2 for 12.90 each, and the Takt at 129"."""
        start, end = clauses.around(self.clauses, named.start)
        return any(each.kind == claim.kind and start <= each.start < end and each is not claim for each in self.claims)

    def _rival(self, claim: Claim) -> frozenset[str]:
        """ "4.7 to 4.3": the second figure is the other one's."""
        first = next((each for each in self.claims if self._versus(each, claim)), None)
        if first is None:
            return frozenset()
        everybody = self.focus | frozenset(one for other in self.named for one in other.ids)
        return everybody - self.subject(first)[0]

    def compared(self, claim: Claim) -> frozenset[str]:
        """The products that a claim is measured against: "als die Takt", "than the Grat"."""
        return frozenset(product for each in self.named if each.compared for product in each.ids)

    def others(self, subject: frozenset[str]) -> frozenset[str]:
        """The products named in the sentence beside a subject, to compare with."""
        return frozenset(product for each in self.named for product in each.ids) - subject

    def next_focus(self) -> frozenset[str]:
        spoken = [each for each in self.named if not each.compared]
        return spoken[-1].ids if spoken else self.focus


def heading(text: str, sheet: Sheet) -> tuple[frozenset[str], ...]:
    """The products that the columns of a table are about, by its first line; nothing where they name none."""
    cells = text.strip().split("|") if text.lstrip().startswith("|") else []
    named = [[each for each in sheet.index.mentions(cell) if each.strong] for cell in cells]
    return tuple(found[0].ids if found else ANY for found in named) if sum(map(bool, named)) > 1 else ()


def sentence(
    text: str, claims: list[Claim], focus: frozenset[str], sheet: Sheet, columns: tuple[frozenset[str], ...] = ()
) -> Sentence:
    """Find who a sentence speaks of."""
    second = another(text, claims, focus, sheet)
    meant = frozenset((second[1],)) if second else focus
    mentions = sheet.index.mentions(text)
    named = [
        found
        for at, mention in enumerate(mentions)
        if not (at and _maker(text, mentions[at - 1], mention, sheet)) and (found := _named(text, mention, meant))
    ]
    if second and not any(each.ids == meant for each in named):
        named.append(Named(meant, second[0].start, second[0].end))
    named += [found for match in _NTH.finditer(text) if (found := _nth(match, sheet))]
    named += [
        Named(focus, m.start(), m.end(), bool(_COMPARED.search(text[: m.start()])))
        for m in _THIS.finditer(text)
        if focus
    ]
    ordered = sorted(named, key=lambda each: each.start)
    spans = _whole(text, clauses.clauses(text), claims)
    return Sentence(text, claims, focus, _grouped(text, ordered), columns, spans)


def _whole(text: str, spans: list[tuple[int, int]], claims: list[Claim]) -> list[tuple[int, int]]:
    """Clauses of which none ends inside a claim: "between 14 and 23 cm"."""
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        listed = re.match(r"(?:und|and|oder|or)\s+[\d€]", text[start:])
        if whole and (listed or any(claim.start < whole[-1][1] < claim.end for claim in claims)):
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    return whole


def _named(text: str, mention: Mention, focus: frozenset[str]) -> Named | None:
    if not mention.strong or _lacks(text, mention):
        return None
    ids = mention.ids & focus if len(mention.ids) > 1 and mention.ids & focus else mention.ids
    before = text[: mention.start]
    return Named(ids, mention.start, mention.end, bool(_COMPARED.search(before) or _LESS.search(before)))


def _maker(text: str, product: Mention, brand: Mention, sheet: Sheet) -> bool:
    """Whether a brand only says who makes the product before it: "Takt Mini (Kiesel)"."""
    alone = text[brand.start : brand.end] == brand.brand
    return bool(alone and product.ids <= sheet.brands[brand.brand] and _BY.fullmatch(text[product.end : brand.start]))


def _rivals(one: Claim, other: Claim) -> bool:
    """Whether two claims are of one kind; of measures, of one dimension."""
    if one.kind == other.kind == "measure" and one.figure and other.figure:
        return one.figure.dimension == other.figure.dimension
    return one.kind == other.kind


def _lacks(text: str, mention: Mention) -> bool:
    """ "kein Koffein" says what a product has not, and names none."""
    said = text[mention.start : mention.end]
    return bool(_LACKING.search(text[: mention.start])) and not mention.brand and " " not in said


def _nth(match: re.Match[str], sheet: Sheet) -> Named | None:
    place = next((at for at in range(4) if match[at + 1]), None)
    at = -1 if match[5] else int(match[6]) - 1 if match[6] else place
    if at is None or not sheet.listed or at >= len(sheet.listed):
        return None
    return Named(frozenset((sheet.listed[at],)), match.start(), match.end())


def _grouped(text: str, named: list[Named]) -> list[Named]:
    grouped: list[Named] = []
    for each in named:
        last = grouped[-1] if grouped else None
        between = text[last.end : each.start] if last else ""
        if last and re.fullmatch(
            r"[\s,*“”\"]*(?:(?:und|and|oder|or|sowie|wie auch|as well as|,)\s*)?(?:(?:die|der|das|den|dem|"
            r"the)\s+)?[\s*„“\"]*",
            between,
        ):
            grouped[-1] = Named(last.ids | each.ids, last.start, each.end, last.compared)
        else:
            grouped.append(each)
    return grouped
