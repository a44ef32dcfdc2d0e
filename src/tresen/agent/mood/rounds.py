"""The log as rounds: what the shopper wrote, what was tried for it, and whether that helped."""

import json
from dataclasses import dataclass, field
from typing import Any

from tresen.agent.mood.phrases import phrases, said
from tresen.conversation.events import (
    FeedbackGiven,
    MessageReceived,
    MessageSent,
    OwnerChanged,
    Stored,
    ToolReturned,
    TurnFailed,
)
from tresen.conversation.owner import AGENT
from tresen.conversation.parts import Part, Text
from tresen.conversation.turn import Turn
from tresen.kit.words import maybe

AT_A_LOSS = ("planner-unclear", "planner-garbled", "planner-unavailable", "nothing-said", "claims-removed")


@dataclass
class Round:
    """`answered` are the seqs of the messages that answered it."""

    texts: list[str] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    failed: bool = False
    helped: bool = False
    thumbs_down: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def rounds(turn: Turn) -> list[Round]:
    """Oldest first; the last one is what this turn answers. A hand-back begins anew: what a person did is settled."""
    told = [Round()]
    for stored in turn.events:
        match stored.data:
            case MessageReceived(parts=parts) if stored.seq <= turn.answers_through:
                if told[-1].answered and (text := words_of(parts)):
                    told.append(Round())
                told[-1].texts.extend([text] if (text := words_of(parts)) else [])
            case OwnerChanged(owner=owner) if owner == AGENT:
                told = [Round()]
            case FeedbackGiven(message=message, thumb=thumb):
                for each in told:
                    each.thumbs_down = thumb == "down" if message in each.answered else each.thumbs_down
            case _ if stored.seq <= turn.answers_through or not _own(stored, turn):
                _note(told[-1], stored, turn.shopper.locale)
    return told if not told[-1].answered else [*told, Round()]


def words_of(parts: tuple[Part, ...]) -> str:
    """What was written; what a button says is not the shopper's own word."""
    return "\n".join(part.text for part in parts if isinstance(part, Text))


def failures(told: list[Round]) -> int:
    """How many rounds before the last one failed in a row, by what came of them or by what the shopper said of it."""
    count = 0
    for at in range(len(told) - 2, -1, -1):
        if not (told[at].failed and not told[at].helped) and not told[at].thumbs_down and not blames(told[at + 1]):
            break
        count += 1
    return count


def blames(answer: Round) -> bool:
    """Whether the shopper says that what was answered was no use."""
    words = said(answer.text)
    return any(phrases("tones", name).within(words) for name in ("complaint", "counting", "frustration"))


def _own(stored: Stored, turn: Turn) -> bool:
    return getattr(stored.data, "turn", "") == turn.id


def _note(told: Round, stored: Stored, locale: str) -> None:
    match stored.data:
        case TurnFailed():
            told.failed = True
        case ToolReturned(status="failed"):
            told.failed = True
        case ToolReturned(status="ok", tool=tool, text=text):
            found = _brought(tool, text)
            told.failed, told.helped = told.failed or not found, told.helped or found
        case MessageSent(parts=parts, withheld=withheld):
            told.answered.append(stored.seq)
            told.failed = told.failed or bool(withheld) or _at_a_loss(parts, locale)


def _brought(tool: str, text: str) -> bool:
    """Whether a tool's answer holds what was asked for."""
    try:
        facts: dict[str, Any] = json.loads(text)
        return {"find_products": bool(facts.get("products")), "search_policies": bool(facts.get("found"))}.get(
            tool, True
        )
    except (ValueError, AttributeError):  # what a tap returned is no JSON
        return True


def _at_a_loss(parts: tuple[Part, ...], locale: str) -> bool:
    own = words_of(parts)
    return any(own == maybe(key, locale) for key in AT_A_LOSS)
