"""Traces what a reply claims to the fact sheet, and takes out or sets right what cannot be traced."""

import re
from dataclasses import dataclass, field

from tresen.agent.grounding.binding import heading
from tresen.agent.grounding.binding import sentence as read
from tresen.agent.grounding.claims import claims
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading import clauses, deeds
from tresen.agent.grounding.reading.numbers import words as number_words
from tresen.agent.grounding.tracing import trace
from tresen.kit.words import say

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s*")
# A clause that only leads to another cannot stand alone.
_DANGLING = re.compile(
    r"(?:wenn|falls|weil|da|obwohl|während|sobald|solange|damit|bevor|nachdem|ob|als|dass|wer|was|wie|wo|je|"
    r"if|when|while|because|although|since|as|after|before|whether|that|who|what|how|where|once|unless)\b",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"(?:gern(?:e)?|klar|hallo|hi|hey|ja|nein|super|danke|natürlich|moin|servus|prima|perfekt|"
    r"guten (?:tag|morgen|abend)|"
    r"sehr gern(?:e)?|alles klar|verstanden|gute (?:frage|wahl|idee)|sure(?: thing)?|of course|yes|no|"
    r"great|thanks|hello|certainly|"
    r"absolutely|happy to help|good (?:question|choice|morning)|got it|okay|ok|oh|ah|schade|sorry|"
    r"entschuldige|tut mir leid|leider nein|schön|"
    r"perfect|lovely|alright)(?![\w-])",
    re.IGNORECASE,
)
_WORD = re.compile(r"\s*(\S+)(?=\s)")
_TELLING = re.compile(r"[\d„“”\"»«*€$£%@/:]")
_ANNOUNCING = re.compile(r":\s*$")


@dataclass(frozen=True)
class Finding:
    """A claim that no fact bears out; `instead` is the one fact that fits, or empty."""

    kind: str
    said: str
    sentence: str
    why: str
    instead: str = ""
    start: int = 0
    end: int = 0
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Checked:
    """A text and what in it cannot be traced."""

    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Settled:
    """The text that may be said, the sentences that a fact set right, and those that were taken out."""

    text: str
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass
class Reader:
    """Reads a reply sentence by sentence; knows of whom the last one spoke."""

    sheet: Sheet
    locale: str = "de"
    focus: frozenset[str] = field(default_factory=frozenset)
    claimed: bool = False  # whether the last sentence claimed anything
    _columns: tuple[frozenset[str], ...] = ()

    def __post_init__(self) -> None:
        self.focus = self.focus or self.sheet.focus

    def read(self, text: str, offset: int = 0) -> list[Finding]:
        """The findings of the next sentence, which begins at `offset` of the reply."""
        self._columns = (heading(text, self.sheet) or self._columns) if text.lstrip().startswith("|") else ()
        scene = read(text, claims(text, self.locale, self.sheet), self.focus, self.sheet, self._columns)
        found = []
        self.claimed = bool(scene.claims)
        for claim in scene.claims:
            verdict = trace(claim, scene, self.sheet)
            if verdict.why:
                place = (offset, offset + len(text))
                start, end = offset + claim.start, offset + claim.end
                found.append(
                    Finding(claim.kind, claim.said, text.strip(), verdict.why, verdict.instead, start, end, place)
                )
        self.focus = scene.next_focus()
        return found


def check(text: str, sheet: Sheet, locale: str = "de") -> Checked:
    """Trace every claim of a reply."""
    reader = Reader(sheet, locale)
    found = [finding for start, end in clauses.sentences(text) for finding in reader.read(text[start:end], start)]
    return Checked(text, tuple(found))


@dataclass
class Settling:
    """Puts a reply together from its sentences: facts where wrong figures stood, nothing where there is none.

    A line that announces others ("Zur Auswahl:") waits for the first of them, and goes with the last.
    """

    sheet: Sheet
    locale: str = "de"
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    _announced: str = ""
    _promised: bool = False  # the opening announced something: it has been shown already
    _lost: bool = False
    _line_open: bool = False

    def take(self, sentence: str, findings: list[Finding], offset: int) -> str:
        """The next sentence as it may be said, with what was waiting for it."""
        if not findings:
            return self._out(sentence, first=offset == 0)
        if all(finding.instead for finding in findings):
            self.replaced.append(sentence.strip())
            return self._out(_replaced(sentence, findings, offset))
        self.removed.append(sentence.strip())
        tail = sentence[len(sentence.rstrip()) :]
        if head := self._kept(sentence, first=offset == 0):
            return self._out(head + tail)
        self._lost = True
        lines = tail.count("\n")
        kept = tail if lines and self._line_open else "\n" if lines > 1 else ""
        self._line_open = self._line_open and not kept
        return kept if not self._announced else ""

    @property
    def waits(self) -> bool:
        """Whether an announcement has not gone out yet: nothing may go before it."""
        return bool(self._announced)

    def close(self) -> str:
        """What still waits at the end: an announcement stays unless what it announced is gone."""
        if self._lost and self._promised:
            return say("claim-unsure", self.locale)
        return "" if self._lost else self._announced

    def _kept(self, sentence: str, first: bool) -> str:
        """What of a sentence was said before its claim: a part that stands alone, or the opening of the reply."""
        reach = standing(sentence, self.sheet, self.locale)
        opened = opening(sentence, self.sheet, self.locale) if first else 0
        if opened > reach:
            return f"{sentence[:opened].rstrip()} … {say('claim-unsure', self.locale)}"
        head = sentence[:reach].rstrip(" ,;–—-")
        return f"{head}." if head else ""

    def _out(self, piece: str, first: bool = False) -> str:
        if _BULLET.fullmatch(piece):
            return ""
        # One whose beginning has been shown already cannot wait any more.
        announces = bool(_ANNOUNCING.search(piece))
        self._promised = announces and (first or standing(piece, self.sheet, self.locale) > 0)
        self._line_open = "\n" not in piece[len(piece.rstrip()) :]
        waiting, self._announced, self._lost = self._announced, "", False
        if announces and not self._promised:
            self._announced = piece
            return waiting
        return waiting + piece


def settle(text: str, findings: tuple[Finding, ...], sheet: Sheet, locale: str = "de") -> Settled:
    """Put facts where a wrong figure stood; take the sentence out where there is none."""
    settling = Settling(sheet, locale)
    pieces = [
        settling.take(text[start:end], [each for each in findings if each.place == (start, end)], start)
        for start, end in clauses.sentences(text)
    ]
    said = "".join([*pieces, settling.close()])
    return Settled(re.sub(r"\n{3,}", "\n\n", said).strip(), tuple(settling.replaced), tuple(settling.removed))


def barren(text: str, findings: tuple[Finding, ...]) -> bool:
    """Whether nothing that says anything would be left of a text."""
    lost = {each.place for each in findings if not each.instead}
    left = [text[start:end].strip() for start, end in clauses.sentences(text) if (start, end) not in lost]
    return bool(lost) and all(opener(each) >= len(each.rstrip(".!")) for each in left)


def _replaced(sentence: str, findings: list[Finding], offset: int) -> str:
    for finding in sorted(findings, key=lambda each: -each.start):
        sentence = sentence[: finding.start - offset] + finding.instead + sentence[finding.end - offset :]
    return sentence


def standing(sentence: str, sheet: Sheet, locale: str) -> int:
    """How much of a sentence claims nothing and can stand alone: it may be said before the rest is checked."""
    reach = opener(sentence)
    for end in clauses.standing_ends(sentence):
        head = sentence[:end]
        if _BULLET.match(head) or deeds.begins(head) or claims(head, locale, sheet, question=False):
            break
        if len(head.split()) > 2 and not _DANGLING.match(head):
            reach = end
    return reach


def opening(sentence: str, sheet: Sheet, locale: str) -> int:
    """The end of the last word of the first clause before anything in it could become a claim."""
    reach, end = 0, clauses.clauses(sentence)[0][1]
    if _BULLET.match(sentence):
        return 0
    for word in _WORD.finditer(sentence):
        told = word[1].rstrip(",;")
        if word.start(1) >= end or _TELLING.search(told) or told.casefold() in number_words():
            break
        said = sentence[: word.start(1) + len(told)]
        if deeds.begins(said) or claims(said, locale, sheet, question=False):
            break
        reach = word.start(1) + len(told)
    return reach


def opener(sentence: str) -> int:
    """The end of a greeting or a yes that opens a sentence and is an utterance of its own."""
    found = _OPENER.match(sentence)
    return found.end() if found and found.end() < len(sentence) else 0
