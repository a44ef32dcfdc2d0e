"""Orders as the shop's people see them: a line of the list, and the whole sheet with what may be done next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tresen.counter import receipts
from tresen.counter.till import Till
from tresen.shop import returns
from tresen.shop.catalog import pick
from tresen.shop.orders import TRANSITIONS, Fulfilment, Order, Refund, Return
from tresen.shop.tax import TaxShare

Note = tuple[datetime, str, str]  # when, by whom, text

BY_HAND = ("ship", "make_ready", "deliver", "cancel")  # of the transitions, what people at the desk do


def row(found: Order, locale: str) -> dict[str, Any]:
    """An order as a line of the list."""
    return {
        "number": found.number,
        "state": found.state,
        "placed_at": found.placed_at.isoformat(),
        "name": found.address.get("name", ""),
        "email": found.email,
        "count": sum(line.quantity for line in found.lines),
        "total": found.total.text(locale),
        "unseen": found.seen_at is None,
        "due": any(each.state == "due" for each in found.payments),
        "returns": sum(each.state == "asked" for each in found.returns),
        "payouts": sum(_by_hand(found, each) for each in found.refunds),
    }


def sheet(till: Till, found: Order, notes: Sequence[Note], names: Mapping[str, str], locale: str) -> dict[str, Any]:
    """The whole order. `names` are operators' names by owner string; amounts are finished text in `locale`."""
    return {
        **row(found, locale),
        "locale": found.locale,
        "phone": found.address.get("phone", ""),
        "address": receipts.address_lines(found.address, locale) if found.address else [],
        "pickup": is_pickup(till, found),
        "shipping": pick(found.shipping_label, locale) if found.shipping_label else "",
        "arrives": receipts.window(found.arrives, locale) if found.arrives[0] else "",
        "payment": receipts.payment_label(till, found.payment, locale) if found.payment else "",
        "conversation": found.conversation_id,
        "page": receipts.page_url(till, found),
        "shop": {"name": till.house.name, "address": till.house.address},
        "lines": _lines(found, locale),
        "money": _money(till, found, locale),
        "currency": found.currency,
        "refundable_minor": found.refundable.minor,
        "due_minor": found.due.minor,
        "payments": [
            {"id": each.id, "provider": receipts.payment_label(till, each.provider, locale), "state": each.state,
             "amount": each.amount.text(locale), "at": each.created_at.isoformat(), "reference": each.reference or ""}
            for each in found.payments
        ],
        "refunds": [
            {"id": each.id, "amount": each.amount.text(locale), "reason": each.reason, "state": each.state}
            for each in found.refunds
        ],
        "fulfilments": [_parcel(found, each) for each in found.fulfilments],
        "returns": [_return(found, each, locale) for each in found.returns],
        "notes": [{"at": at.isoformat(), "by": names.get(by, by), "text": text} for at, by, text in notes],
        "actions": actions(till, found),
    }  # fmt: skip


def actions(till: Till, found: Order) -> list[str]:
    """What can be done now, the usual next step first."""
    away = "ship" if is_pickup(till, found) else "make_ready"
    possible = [each for each in BY_HAND if (found.state, each) in TRANSITIONS and each != away]
    if not found.unsent():
        possible = [each for each in possible if each != "ship"]
    if any(each.state == "due" for each in found.payments):
        possible.append("paid")
    if found.refundable.minor:
        possible.append("refund")
    return possible


def _by_hand(found: Order, asked: Refund) -> bool:
    """Whether a refund waits for people: no provider moves it, or one has refused it and it can still be given."""
    refused = asked.state == "failed" and asked.amount.minor <= found.refundable.minor
    return asked.state == "due" or refused


def is_pickup(till: Till, found: Order) -> bool:
    option = next((each for each in till.house.shipping if each.key == found.shipping_key), None)
    return option is not None and option.kind == "pickup"


def _lines(found: Order, locale: str) -> list[dict[str, Any]]:
    unsent = found.unsent()
    return [
        {"position": at, "sku": line.sku, "title": line.title, "options": line.options, "quantity": line.quantity,
         "unsent": unsent.get(at, 0), "price": line.unit_price.text(locale), "total": line.total.text(locale)}
        for at, line in enumerate(found.lines)
    ]  # fmt: skip


def _money(till: Till, found: Order, locale: str) -> dict[str, Any]:
    rows = receipts.money_rows(found.reductions, found.shipping, locale)
    taxes: Sequence[TaxShare] = found.taxes
    return {
        "goods": found.goods.text(locale),
        "rows": [*rows, *receipts.tax_rows(taxes, till.house, locale)],
        "total": found.total.text(locale),
        "paid": found.paid.text(locale),
        "refunded": found.refunded.text(locale) if found.refunded.minor else "",
        "refundable": found.refundable.text(locale),
        "credited": f"−{found.credited.text(locale)}" if found.credited.minor else "",
        "due": found.due.text(locale) if found.due.minor else "",
    }


def _parcel(found: Order, parcel: Fulfilment) -> dict[str, Any]:
    return {
        "carrier": parcel.carrier,
        "tracking_code": parcel.tracking_code,
        "tracking_url": parcel.tracking_url,
        "lines": _pieces(found, parcel.lines),
        "at": parcel.shipped_at.isoformat() if parcel.shipped_at else None,
    }


def _return(found: Order, back: Return, locale: str) -> dict[str, Any]:
    return {
        "number": back.number,
        "kind": back.kind,
        "state": back.state,
        "reason": back.reason,
        "lines": _pieces(found, back.lines),
        "refund": back.refund.text(locale),
        "gives_back": returns.gives_back(found, back).text(locale),
        "at": back.created_at.isoformat(),
        "actions": ["receive", "decline"] if back.state == "asked" else [],
    }


def _pieces(found: Order, lines: Mapping[int, int]) -> list[dict[str, Any]]:
    return [{"position": at, "title": found.lines[at].title, "quantity": count} for at, count in sorted(lines.items())]
