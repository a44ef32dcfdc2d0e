"""What tells rarer kinds of clauses apart: worries, thanks, riddles, comparisons, bare noun phrases."""

from typing import TYPE_CHECKING

from tresen.agent.planner.compare import comparative
from tresen.agent.planner.evidence import sought
from tresen.agent.planner.references import places
from tresen.agent.planner.spelling import words

if TYPE_CHECKING:
    from tresen.agent.planner.clauses import Clause

INTERROGATIVES = frozenset(
    words("was wie wer wo wann warum wieso welche welcher welches what how who where when why which is are do does can")
)
THANKS = frozenset(words("danke dankeschön thanks thank thx merci cheers"))
SHORT = 4  # content words of a bare noun phrase


def noun_phrase(clause: "Clause") -> bool:
    return 0 < len(clause.content) <= SHORT and not clause.excludes


def safety(clause: "Clause") -> bool:
    """A worry about health; `gluten-free bars` is a wish for a property."""
    counted = bool(sought(clause.text, ()).measures)  # `how many grams of lactose` is a question, no worry
    return (
        "safety" in clause.cues and not counted and not (clause.attributes and not clause.pointing and not clause.named)
    )


def thanks(clause: "Clause") -> bool:
    return "thanks" in clause.cues and (not clause.content or bool(THANKS & set(clause.said)))


def puzzle(clause: "Clause") -> bool:
    """A question about nothing in view: perhaps the documents know."""
    asked = clause.text.rstrip().endswith("?") or bool(INTERROGATIVES & set(clause.said[:1]))
    return "question" in clause.cues and bool(clause.content) and asked


def comparing(clause: "Clause") -> bool:
    """`which is warmer`, `what is the difference`: about several of the products shown."""
    if len(clause.memory.shown) < 2 or "buy" in clause.cues:
        return False
    which = (
        bool({"which", "welche", "welcher", "welches", "was", "what"} & set(clause.said))
        or len(places(clause.text)) > 1
    )
    return "compare" in clause.cues or (which and comparative(clause.said) and not clause.option)
