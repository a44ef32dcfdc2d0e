"""What was done in a conversation, by its tools and by what orders say: nothing else may be told as done."""

import re

from tresen.agent.grounding.claims import Claim
from tresen.agent.grounding.facts import SHOPPER, Fact, Sheet
from tresen.agent.grounding.reading.deeds import deeds, done

# What a tool's success does; the rest is in the words that it returns.
_BY_TOOL = {
    "set_cart_quantity": "cart note prepare",
    "save_for_later": "cart reserve note",
    "apply_code": "cart code do",
    "remember": "note",
    "forget": "forget",
    "notify_when_back": "note",
    "ask_for_human": "pass send note do",
    "dispute_invoice": "pass send note do",
    "prove_identity": "send mail",
    "quote_checkout": "prepare",
}
_OFFERS = frozenset(("request_return", "cancel_order", "change_order", "start_withdrawal"))
# What has happened to an order that is in such a state.
_BY_STATE = {
    "awaiting_payment": "order",
    "processing": "order pay do",
    "ready": "order pay do reserve",
    "shipped": "order pay ship send do",
    "delivered": "order pay ship send deliver received do",
    "cancelled": "order cancel do",
    "returned": "order pay ship send deliver return returned received do",
}
# What an event says of an order.
_BY_CHANGE = {
    "order.placed": "order do",
    "return.requested": "return do",
    "shipped": "ship send",
    "ready": "reserve",
    "delivered": "deliver received",
    "refunded": "refund",
    "return_received": "return returned",
    "refund_done": "refund",
    "cancelled": "cancel do",
    "paid": "pay",
    "address": "change do",
    "items": "change do",
    "payment": "change do",
}
_UNPAID = re.compile(r"noch zu zahlen|still to pay", re.IGNORECASE)
_DOCUMENTS = ("doc:",)
_LONGEST_LABEL = 8  # words of a label with its value


def untrue(claim: Claim, said: str, sheet: Sheet) -> bool:
    """Whether a deed is told that nothing in this conversation did."""
    kinds = frozenset(claim.value.split(","))
    spoken = {number for number in _numbers(sheet) if number in said}
    return not any(kinds & found for of, found in _all(sheet) if not spoken or not of or of in spoken)


def _numbers(sheet: Sheet) -> set[str]:
    return {fact.subject for fact in sheet.facts if _of_order(fact)}


def _of_order(fact: Fact) -> bool:
    return bool(re.fullmatch(r"[A-Z]{1,4}-?\d[\w-]+", fact.subject))


def _all(sheet: Sheet) -> list[tuple[str, frozenset[str]]]:
    """Order number (empty where it is nobody's in particular) -> kinds of deeds."""
    found = [(fact.subject if _of_order(fact) else "", _of(fact)) for fact in sheet.facts if _tells(fact)]
    found += [("", frozenset(_BY_TOOL.get(tool, "").split())) for tool in sheet.worked]
    found += [("", frozenset(("prepare",))) for _ in sheet.worked & _OFFERS]
    unpaid = {fact.subject for fact in sheet.facts if _UNPAID.search(fact.field)}
    return [(of, kinds - {"pay"} if of in unpaid else kinds) for of, kinds in found]


def _tells(fact: Fact) -> bool:
    """Whether a fact is the shop's word of this shopper's affairs: no document, no product, no offer."""
    return (
        fact.source not in (SHOPPER, "search_policies")
        and not fact.is_prose
        and not (fact.source in _OFFERS or fact.subject.startswith(_DOCUMENTS))
    )


def _of(fact: Fact) -> frozenset[str]:
    if fact.field == "state":
        return frozenset(_BY_STATE.get(fact.value, "").split())
    if fact.field == "change":
        return frozenset(_BY_CHANGE.get(fact.value, "").split())
    label = fact.field.rpartition(".")[2]
    short = f"{label} {fact.value}" if fact.field.startswith("details.") else fact.value
    if len(short.split()) <= _LONGEST_LABEL:
        return done(short)
    return frozenset(kind for each in deeds(fact.value) for kind in each.kinds)
