"""The plain and the spoken form of every part."""

from typing import assert_never

from tresen.conversation.parts import (
    ERASED,
    Action,
    Audio,
    Card,
    Cards,
    CartItem,
    CartSummary,
    Choices,
    Comparison,
    Confirmation,
    Image,
    Link,
    OrderStatus,
    Other,
    Part,
    Sources,
    Text,
)
from tresen.kit.words import say


def plain(part: Part, locale: str) -> str:
    """The part as plain text, for channels that cannot do better and for people who read logs."""
    match part:
        case Text():
            return part.text
        case Cards():
            return _card_lines(part, locale)
        case Choices():
            return "\n".join(f"- {choice.label}" for choice in part.choices)
        case CartSummary():
            return _cart_lines(part, locale)
        case Confirmation():
            return _confirmation_lines(part, locale)
        case OrderStatus():
            return _order_lines(part, locale)
        case Comparison():
            return "\n".join(" · ".join(row) for row in part.rows)
        case Sources():
            return "\n".join(f"{source.title} › {source.heading}" for source in part.sources)
        case Link():
            return f"{part.label}: {part.url}"
        case Image():
            return part.alt or say("part-image", locale)
        case Audio():
            return say("part-audio", locale)
        case Other():
            return say("part-erased" if part.kind == ERASED else "part-other", locale)
        case Action():
            return part.label or part.name
        case _:
            assert_never(part)


def spoken(part: Part, locale: str) -> str:
    """The part as it is read aloud: no ids, no links, few words."""
    match part:
        case Cards():
            return " ".join(
                say("spoken-card", locale, number=number, title=card.title, price=card.price)
                for number, card in enumerate(part.cards[:3], 1)
            )
        case Choices():
            return say("spoken-choices", locale, choices=", ".join(choice.label for choice in part.choices))
        case CartSummary():
            return say("spoken-cart", locale, count=part.count, total=part.total)
        case Confirmation():
            return f"{part.title}. {part.total}. {part.note}"
        case OrderStatus():
            return f"{part.number}: {part.label}"
        case Comparison():
            return ""
        case Sources():
            return ""
        case Link():
            return part.label
        case _:
            return plain(part, locale)


def text_of(parts: tuple[Part, ...], locale: str) -> str:
    """All parts as one plain text."""
    return "\n".join(filter(None, (plain(part, locale) for part in parts)))


def _card_lines(part: Cards, locale: str) -> str:
    notes = dict.fromkeys(card.tax_note for card in part.cards if card.tax_note)
    return "\n".join([*(_card_line(number, card, locale) for number, card in enumerate(part.cards, 1)), *notes])


def _card_line(number: int, card: Card, locale: str) -> str:
    stars = f" · ★ {card.rating:.1f}" if card.rating else ""
    sold_out = "" if card.available else f" · {say('part-sold-out', locale)}"
    price = " · ".join(filter(None, (card.price, card.was, card.unit_price)))
    return f"{number}. {card.title} ({card.brand}) · {price}{stars}{sold_out}"


def _cart_lines(cart: CartSummary, locale: str) -> str:
    if not cart.items:
        return say("part-cart-empty", locale)
    lines = [*map(_item_line, cart.items), *(f"{row.label}: {row.value}" for row in cart.reductions)]
    return "\n".join([*lines, say("part-cart-total", locale, total=cart.total), *cart.notes])


def _item_line(item: CartItem) -> str:
    return f"{item.quantity} × {item.title}{f' ({item.options})' if item.options else ''}: {item.total}"


def _confirmation_lines(part: Confirmation, locale: str) -> str:
    lines = [part.title, *map(_item_line, part.items), *(f"{row.label}: {row.value}" for row in part.rows)]
    lines += [say("part-cart-total", locale, total=part.total)] if part.total else []
    return "\n".join(filter(None, [*lines, part.note, f"{part.button}: {part.url}" if part.url else ""]))


def _order_lines(part: OrderStatus, locale: str) -> str:
    lines = [f"{part.number} · {part.label}", *map(_item_line, part.items)]
    lines += [*(f"{row.label}: {row.value}" for row in part.rows)]
    lines += [say("part-cart-total", locale, total=part.total)] if part.total else []
    return "\n".join(filter(None, [*lines, part.pay_url]))
