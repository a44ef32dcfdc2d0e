"""Redaction: no word survives in any event, and every event stays what and where it was."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from tresen.conversation.erasing import ERASE, redacted
from tresen.conversation.events import Event, MessageReceived, ToolCall, decode, encode
from tresen.conversation.parts import Action, CartItem, CartSummary, OrderStatus, Other, Row, Text

# What may stay: kinds, turns, figures, places in the log, states and our own random ids.
KEPT = {
    "turn", "answers_through", "model", "input_tokens", "output_tokens", "cached_tokens", "cost", "call_id", "tool",
    "status", "sender", "contact_id", "through", "department", "promised_by", "owner", "by", "label", "change", "kind",
    "number", "shopper_id", "message", "thumb", "final", "order", "reason",
}  # fmt: skip
STAYS = {"turn.failed", "turn.abandoned"}  # whose reason is code's
WORD = "Oma Erna"


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.name)
def test_words_go_and_the_rest_stays(kind: Any) -> None:
    event = _filled(kind)
    after = redacted(event)
    assert type(after) is kind
    assert decode(after.name, after.v, encode(after)) == after
    left = {key: told for key, told in encode(after).items() if WORD in json.dumps(told)}
    assert set(left) <= KEPT, f"{kind.name} keeps {set(left) - KEPT}"
    if kind.name not in STAYS:
        assert "reason" not in left
    assert WORD not in json.dumps([encode(after).get(key) for key in ("parts", "text", "brief", "words", "cart")])


def _filled(kind: Any) -> Any:
    values: dict[str, Any] = {}
    for each in fields(kind):
        told = str(each.type)
        if "Part" in told:
            values[each.name] = (Text(WORD), Action("remember", WORD, label=WORD))
        elif "ToolCall" in told:
            values[each.name] = (ToolCall("c1", "remember", {"value": WORD}),)
        elif "tuple" in told:
            values[each.name] = (WORD,)
        elif "CartSummary" in told or "OrderStatus" in told:
            values[each.name] = _summary(told)
        elif "datetime" in told:
            values[each.name] = datetime(2026, 11, 20, tzinfo=UTC)
        elif "Literal" in told:
            continue
        elif "bool" in told:
            values[each.name] = True
        elif "int" in told:
            values[each.name] = 7
        else:
            values[each.name] = WORD
    return kind(**values)


def _summary(told: str) -> Any:
    item = CartItem("v", "p", WORD, WORD, 1, "1 €", "1 €")
    if "Cart" in told:
        return CartSummary((item,), "1 €", 1, (Row(WORD, WORD),), (WORD,), (WORD,))
    return OrderStatus("K-1", "paid", "bezahlt", (item,), (Row("An", WORD),), "1 €", f"https://x/{WORD}", WORD)


def test_the_wish_itself_stays_and_a_message_is_told_from_nothing() -> None:
    asked = MessageReceived((Action(ERASE, "yes", label="Ja"), Text(WORD)), "c", "n")
    assert redacted(asked) == MessageReceived((Action(ERASE, "yes", label="Ja"),), "c", "")
    assert redacted(MessageReceived((Text(WORD),), "c", "n")) == MessageReceived((Other("erased"),), "c", "")
