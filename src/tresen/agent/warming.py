"""What the first answer of a process would otherwise wait for."""

from collections.abc import Sequence

from langchain_core.messages import HumanMessage, SystemMessage

from tresen.agent import mood, tongue
from tresen.agent.planner import model
from tresen.retrieval import tokens

SAID = "Guten Tag, I am looking for a warm hat. Was kostet der Versand?"


def warm(locales: Sequence[str]) -> None:
    """Compile patterns, load the tokenizer and what tells languages apart. Blocks for a second or two, once."""
    tongue.spoken(SAID, locales, locales[0])
    tokens.count(SAID)
    mood.signs_in(SAID)
    for locale in locales:
        model.reply([SystemMessage(f"Locale: {locale}"), HumanMessage(SAID)], ())
