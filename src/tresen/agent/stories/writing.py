"""A story by a model: sentences that each name their facts, and only those that the facts bear."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage

from tresen.agent.models.pricing import Usage, usage_of
from tresen.agent.stories.checks import fault
from tresen.agent.stories.facts import Audience, Sentence, Stated
from tresen.retrieval import tokens

FENCE = "=====8<===== data ====="
LONGEST_REPLY = 12_000  # characters
LONGEST_LINE = 600
MOST_SENTENCES = 12
FEWEST = 2  # sentences of a story
ATTEMPTS = 2
SPARE = 1.25  # of the words asked for; what is beyond is left out
REPEATED = 2_000  # characters of a reply that is sent back to be mended


@dataclass(frozen=True)
class Reply:
    """One reply of a model: the sentences of a story, none when too few may be told, and what it took."""

    sentences: tuple[Sentence, ...]
    usage: Usage


@dataclass(frozen=True)
class _Draft:
    text: str
    facts: tuple[int, ...]


async def replies(
    model: BaseChatModel, prompt: str, facts: Sequence[Stated], audience: Audience, locale: str
) -> AsyncIterator[Reply]:
    """What the model replies, once and after a repair, each with the sentences that the facts bear, if enough do."""
    messages: list[AnyMessage] = [SystemMessage(prompt), HumanMessage(data(facts, audience))]
    size = tokens.count(prompt + messages[1].text)
    for _ in range(ATTEMPTS):
        # Its words stay out of the stream of the conversation that it is asked in.
        answer = await model.ainvoke(messages, config={"callbacks": [], "tags": ["nostream"]})
        told, faults = _checked(answer.text, facts, audience, locale)
        yield Reply(tuple(told) if len(told) >= FEWEST else (), usage_of(answer, size))
        messages += [AIMessage(answer.text[:REPEATED] or "(nothing)"), HumanMessage(_complaint(faults))]


def data(facts: Sequence[Stated], audience: Audience) -> str:
    """The facts and the audience between fences, as JSON: no line of it can close them."""
    numbered = [{"n": n, "field": fact.field, "text": fact.whole} for n, fact in enumerate(facts, 1)]
    whom = {"use": audience.use, "values": list(audience.values), "is_a_gift": audience.gift}
    lines = [json.dumps(fact, ensure_ascii=False) for fact in numbered]
    return "\n".join([FENCE, *lines, json.dumps({"told_for": whom}, ensure_ascii=False), FENCE])


def _checked(reply: str, facts: Sequence[Stated], audience: Audience, locale: str) -> tuple[list[Sentence], list[str]]:
    """The sentences that may be said, within the length, and what is wrong with the others."""
    kept: list[Sentence] = []
    faults: list[str] = []
    words = 0
    named = [fact for fact in facts if fact.field in ("title", "brand")]
    for draft in _drafts(reply)[:MOST_SENTENCES]:
        cited = [facts[n - 1] for n in draft.facts if 0 < n <= len(facts)]
        unknown = "names a fact that does not exist" if len(cited) < len(draft.facts) else ""
        wrong = unknown or fault(draft.text, cited, named, locale)
        words += len(draft.text.split())
        if wrong:
            faults.append(f"{draft.text[:200]!r}: {wrong}")
        elif words <= audience.words * SPARE and draft.text not in {each.text for each in kept}:
            kept.append(Sentence(draft.text, tuple(dict.fromkeys(fact.field for fact in cited))))
    return kept, faults or ["no line was a JSON object with text and facts"]


def _drafts(reply: str) -> list[_Draft]:
    """Sentences from JSON lines, from one JSON list, or from an object that holds one; whatever else is left out."""
    if len(reply) > LONGEST_REPLY:
        return []
    bare = "\n".join(line for line in reply.strip().splitlines() if not line.lstrip().startswith("```"))
    whole = _parsed(bare)
    if isinstance(whole, dict):
        rows = next((each for each in whole.values() if _rows(each)), [whole])
    else:
        rows = whole if isinstance(whole, list) else [_parsed(line.strip(" ,[]")) for line in bare.splitlines()]
    return [draft for row in rows if (draft := _draft(row))]


def _rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _draft(row: Any) -> _Draft | None:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("facts"), list):
        return None
    text = " ".join(row["text"].split())
    numbers = row["facts"]
    if not text or len(text) > LONGEST_LINE or not numbers:
        return None
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        return None
    return _Draft(text, tuple(numbers))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _complaint(faults: Sequence[str]) -> str:
    listed = "\n".join(f"- {each}" for each in faults[:MOST_SENTENCES])
    return f"These sentences cannot be told:\n{listed}\nTell the story again by the rules, all of its lines."
