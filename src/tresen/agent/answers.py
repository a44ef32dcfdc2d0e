"""How tools answer: JSON text for the model, finished parts for the shopper."""

import json
from typing import Any

from tresen.conversation.parts import (
    Card,
    CardVariant,
    CartItem,
    CartSummary,
    Choice,
    Choices,
    Confirmation,
    OrderStatus,
    Part,
)
from tresen.conversation.turn import Answer
from tresen.counter.cards import label, money_text, price_text
from tresen.counter.checkout import Look
from tresen.counter.facts import fact_text
from tresen.counter.find import Shelf
from tresen.counter.receipts import address_lines
from tresen.kit.errors import Unprocessable
from tresen.kit.words import say
from tresen.shop.catalog import Product, Variant, pick
from tresen.shop.money import Money
from tresen.shop.orders import Order

ToolAnswer = tuple[str, Answer]


def answer(facts: dict[str, Any], *parts: Part, ends_turn: bool = False) -> ToolAnswer:
    """The pair that LangChain calls content and artifact."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return text, Answer(text, parts, ends_turn)


def cart_facts(cart: CartSummary) -> dict[str, Any]:
    items = [
        {
            "variant_id": item.variant_id,
            "product_id": item.product_id,
            "title": item.title,
            "options": item.options,
            "quantity": item.quantity,
            "price": item.price,
            "total": item.total,
            **_beside(item),
        }
        for item in cart.items
    ]
    facts: dict[str, Any] = {"items": items, "total": cart.total, "count": cart.count}
    if cart.reductions:
        facts["reductions"] = [{"label": row.label, "amount": row.value} for row in cart.reductions]
    if cart.notes:
        facts["notes"] = list(cart.notes)
    return {"cart": facts}


def shelf_facts(shelf: Shelf, locale: str) -> dict[str, Any]:
    """What a search found, numbered as the shopper sees it."""
    found = shelf.found
    hits, cards = {hit.product_id: hit for hit in found.hits}, {card.product_id: card for card in shelf.cards}
    return {
        "outcome": found.outcome,
        "total": found.total,
        "relaxed": list(found.relaxed),
        "unknown": list(found.unknown),
        "nearest_price": found.nearest.text(locale) if found.nearest else None,
        **({"brands": [{"brand": name, "products": count} for name, count in found.brands]} if found.brands else {}),
        "products": [
            {
                **_product_line(number, product, hits[product.id].variant_ids, locale, cards.get(product.id)),
                **_personal(shelf, product, locale),
            }
            for number, product in enumerate(shelf.products, 1)
        ],
        **({"ask": {"about": ask.key, "say": ask.text, "answers": list(ask.values)}} if (ask := shelf.ask) else {}),
    }


def shelf_choices(shelf: Shelf) -> list[Choices]:
    """Buttons for the answers to a question back."""
    return [Choices(tuple(Choice(each) for each in shelf.ask.values))] if shelf.ask else []


def _personal(shelf: Shelf, product: Product, locale: str) -> dict[str, str]:
    """Why a product is where it is for this shopper, and what remains of their budget."""
    why, left = shelf.reasons.get(product.id), shelf.left.get(product.id)
    return {**({"why": why} if why else {}), **({"left_of_budget": left.text(locale)} if left and left.minor else {})}


def product_facts(product: Product, partners: list[Product], locale: str, card: Card | None = None) -> dict[str, Any]:
    """Everything the shop says about one product; `card` is how it is shown."""
    return {
        "id": product.id,
        "title": pick(product.title, locale),
        "brand": product.brand,
        "category": " › ".join(pick(step, locale) for step in product.category),
        "description": pick(product.description, locale),
        "price": price_text(product, locale),
        **_beside(card),
        "rating": product.rating,
        "ratings": product.rating_count,
        "available": product.available,
        "attributes": {label(key, locale): fact_text(fact, locale) for key, fact in product.attributes.items()},
        "details": {label(key, locale): pick(text, locale) for key, text in product.details.items()},
        "reviews": [{"stars": review.stars, "text": review.text} for review in product.reviews[:3]],
        "variants": [_variant_facts(item, locale, card) for item in product.variants],
        "goes_well_with": [
            {"id": item.id, "title": pick(item.title, locale), "price": price_text(item, locale)} for item in partners
        ],
    }


def _product_line(
    number: int, product: Product, matching: tuple[str, ...], locale: str, card: Card | None
) -> dict[str, Any]:
    best = next((item for item in product.variants if matching and item.id == matching[0]), None)
    return {
        "n": number,
        "id": product.id,
        "title": pick(product.title, locale),
        "brand": product.brand,
        "price": price_text(product, locale),
        **_beside(card),
        "rating": product.rating,
        "ratings": product.rating_count,
        "available": product.available,
        "options": _options(product, locale),
        "match": _variant_facts(best, locale, card) if best else None,
    }


def _options(product: Product, locale: str) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for item in product.variants:
        for key, value in item.options.items():
            found.setdefault(key, {})[pick(value, locale)] = None
    return {key: list(values) for key, values in found.items()}


def _variant_facts(item: Variant, locale: str, card: Card | None) -> dict[str, Any]:
    shown = next((each for each in card.variants if each.id == item.id), None) if card else None
    return {
        "id": item.id,
        "options": {key: pick(value, locale) for key, value in item.options.items()},
        "price": money_text(item.price, locale),
        **_beside(shown),
        "stock": item.stock,
    }


def _beside(shown: Card | CardVariant | CartItem | None) -> dict[str, str]:
    """What is shown beside a price: the reduction, with the lowest price of the last 30 days, and the unit price."""
    told = {"was": shown.was, "unit_price": shown.unit_price} if shown else {}
    return {name: text for name, text in told.items() if text}


def checkout_facts(found: Look, locale: str) -> dict[str, Any]:
    """Where the checkout stands: what is missing, and what can be chosen."""
    totals = found.totals
    return {
        "missing": list(found.missing),
        "shipping": [
            {"key": each.option.key, "label": pick(each.option.label, locale), "price": _freight(each.price, locale)}
            for each in found.shipping
        ],
        "payments": [{"name": each.name, "label": each.label(locale)} for each in found.payments],
        "chosen": {
            "shipping": found.chosen.option.key if found.chosen else "",
            "payment": found.wishes.payment,
            "address": ", ".join(address_lines(found.wishes.address, locale)) if found.wishes.address else "",
        },
        "total": totals.total.text(locale) if totals else None,
    }


def _freight(price: Money, locale: str) -> str:
    return price.text(locale) if price.minor else say("shipping-free", locale)


def checkout_choices(found: Look, locale: str) -> list[Choices]:
    """Buttons for what is missing first, where there is something to choose from."""
    shipping = [pick(each.option.label, locale) for each in found.shipping]
    payments = [each.label(locale) for each in found.payments]
    labels = {"shipping": shipping, "payment": payments}.get(found.missing[0], [])
    return [Choices(tuple(Choice(label) for label in labels))] if labels else []


def order_facts(found: Order, shown: OrderStatus) -> dict[str, Any]:
    """An order for the model: what the shopper sees, and the positions that a return names."""
    return {
        "number": shown.number,
        "state": shown.state,
        "label": shown.label,
        "items": [
            {"position": at, "title": line.title, "options": line.options, "quantity": line.quantity,
             "returnable": found.unreturned().get(at, 0)}
            for at, line in enumerate(found.lines) if line.quantity
        ],
        "details": {row.label: row.value for row in shown.rows},
        "total": shown.total,
    }  # fmt: skip


def offer_facts(offer: Confirmation) -> dict[str, Any]:
    """What was offered; nothing has happened yet, and the model is told so."""
    return {
        "offered": offer.kind,
        "done": False,
        "title": offer.title,
        "details": {row.label: row.value for row in offer.rows},
        "note": offer.note,
        "button": offer.button,
    }


def positions_of(items: dict[str, int]) -> dict[int, int]:
    """Positions as the model writes them.

    Raises:
        Unprocessable: not numbers.
    """
    if not all(at.isdecimal() for at in items):
        raise Unprocessable("Positions are the numbers that track_order returned.", code="bad_positions")
    return {int(at): count for at, count in items.items()}
