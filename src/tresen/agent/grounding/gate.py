"""The gate: streams a reply as far as nothing in it can still turn out to be untrue, and holds the rest in order."""

from dataclasses import dataclass, field

from tresen.agent.grounding.checking import Finding, Reader, Settling, opening, standing
from tresen.agent.grounding.facts import Sheet
from tresen.agent.grounding.reading import clauses

_MARKS = ".!?…\n"
_LONGEST_HEAD = 400  # of a sentence that is not whole yet, in which a first part is looked for


@dataclass
class Gate:
    """Takes the pieces of a model's text and gives back what may be shown; `sheet` grows while tools return.

    The opening of a reply goes out word by word until something in it could be a claim; of a later sentence the first
    part when it claims nothing and can stand alone; everything else when its sentence is whole and traced. What went
    out is always the beginning of what `settle` makes of the same text: nothing that was shown is taken back.
    """

    sheet: Sheet
    locale: str = "de"
    held: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _text: str = ""
    _begin: int = 0  # where the sentence begins that is not whole yet
    _looked: int = 0  # how far ends of sentences were looked for
    _settled_text: str = ""  # what `settle` makes of the sentences so far
    _sent: int = 0  # how much of that, and of what will follow, went out
    _reader: Reader | None = None
    _settling: Settling | None = None

    def feed(self, delta: str) -> str:
        """Take the next piece and return what may be shown now."""
        self._text += delta
        return self._whole(closed=False) + self._head()

    def flush(self) -> str:
        """The text is whole: return what was held and may be said."""
        last = self._whole(closed=True)
        return last + self._due(self._settled().close()) if self._text else ""

    def reset(self) -> None:
        """The model begins again."""
        self._text, self._begin, self._looked, self._settled_text, self._sent = "", 0, 0, "", 0
        self._reader = self._settling = None
        self.held, self.findings = [], []

    def _settled(self) -> Settling:
        if self._settling is None:
            self._settling = Settling(self.sheet, self.locale)
        return self._settling

    def _whole(self, closed: bool) -> str:
        """Every sentence that has come to its end, traced."""
        text, ready = self._text, ""
        if not closed and not any(mark in text[self._looked :] for mark in _MARKS):
            self._looked = len(text)
            return ""
        for end in clauses.ends(text, self._begin, closed):
            ready += self._traced(end)
        if closed and text[self._begin :]:
            ready += self._traced(len(text))
        rest = [text.find(mark, self._begin) for mark in _MARKS]
        self._looked = min((at for at in rest if at >= 0), default=len(text))
        return ready

    def _traced(self, end: int) -> str:
        sentence, begin = self._text[self._begin : end], self._begin
        if self._reader is None:
            self._reader = Reader(self.sheet, self.locale)
        findings = self._reader.read(sentence, begin)
        if self._reader.claimed:
            self.held.append(sentence.strip())
        self.findings.extend(findings)
        piece = self._settled().take(sentence, findings, begin)
        self._begin = end
        return self._due(piece)

    def _due(self, piece: str) -> str:
        """What of the next settled piece did not go out before, as the beginning of a growing sentence."""
        self._settled_text += piece
        due = self._settled_text[self._sent :]
        self._sent = max(self._sent, len(self._settled_text))
        return due

    def _head(self) -> str:
        """What of the growing sentence can be shown already."""
        sentence = self._text[self._begin :]
        if self._settled().waits or len(sentence) > _LONGEST_HEAD:
            return ""
        reach = standing(sentence, self.sheet, self.locale)
        if self._begin == 0:
            reach = max(reach, opening(sentence, self.sheet, self.locale))
        ready = sentence[self._sent - len(self._settled_text) : reach]
        self._sent = max(self._sent, len(self._settled_text) + reach)
        return ready
