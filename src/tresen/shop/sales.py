"""Tables of selling: codes, quotes, stock reservations, orders, payments, refunds, fulfilments, returns.

An order keeps the words, prices and taxes of the moment it was placed; the catalog may change below it.
"""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from tresen.kit.db import Instant, metadata

cart_code = Table(
    "cart_code",
    metadata,
    Column("cart_id", ForeignKey("cart.id"), primary_key=True),
    Column("code", String(60), primary_key=True),  # as compared: case-folded
    Column("added_at", Instant, nullable=False),
)

saved_line = Table(
    "saved_line",
    metadata,
    Column("shopper_id", String(36), primary_key=True),
    Column("variant_id", ForeignKey("variant.id"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

# A link that opens a cart elsewhere: what it held when the link was made.
cart_link = Table(
    "cart_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("lines", JSON, nullable=False),  # [[variant id, quantity], ...]
    Column("codes", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

personal_code = Table(
    "personal_code",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("promotion", String(60), nullable=False),
    Column("shopper_id", String(36), nullable=False, index=True),
    Column("once", String(200), nullable=False, unique=True),  # the rule and what it was issued for
    Column("expires_at", Instant, nullable=False),
)

# One row per promotion of an order; a cancelled order gives its use back.
promotion_use = Table(
    "promotion_use",
    metadata,
    Column("order_number", ForeignKey("shop_order.number"), primary_key=True),
    Column("promotion", String(60), primary_key=True),
    Column("code", String(60), nullable=False, server_default=""),
    Column("shopper_id", String(36), nullable=False),
    Column("email", String(320), nullable=False, server_default=""),
    Index("ix_promotion_use_promotion", "promotion"),
)

# What a shopper has said so far about an order to come; `digest` is that of the key of the page that goes on with it.
checkout = Table(
    "checkout",
    metadata,
    Column("shopper_id", String(36), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("digest", String(64), nullable=False, server_default="", index=True),
    Column("address", JSON, nullable=False, server_default="{}"),
    Column("shipping", String(60), nullable=False, server_default=""),
    Column("payment", String(40), nullable=False, server_default=""),
    Column("expires_at", Instant, nullable=False),
)

# What a shopper has been offered and may confirm: an order, a change, a cancellation, a return, a withdrawal.
quote = Table(
    "quote",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the nonce on the button
    Column("kind", String(20), nullable=False),
    Column("shopper_id", String(36), nullable=False, index=True),
    Column("conversation_id", String(40), nullable=False),
    Column("contact_id", String(36), nullable=False),
    Column("terms", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("outcome", String(40)),  # the number of what came of it
)

reservation = Table(
    "reservation",
    metadata,
    Column("quote", String(64), primary_key=True),  # the quote's digest
    Column("variant_id", ForeignKey("variant.id"), primary_key=True),
    Column("shopper_id", String(36), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_reservation_variant", "variant_id", "expires_at"),
)

back_in_stock = Table(
    "back_in_stock",
    metadata,
    Column("variant_id", ForeignKey("variant.id"), primary_key=True),
    Column("contact_id", String(36), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("told_at", Instant),
)

# What was done to orders under which key, so that the same key again is the same effect.
effect = Table(
    "effect",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("verb", String(20), nullable=False),
    Column("arguments", String(64), nullable=False),  # their digest
    Column("outcome", String(60), nullable=False),  # the number of what has come of it
    Column("at", Instant, nullable=False),
)

order = Table(
    "shop_order",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("shopper_id", String(36), nullable=False, index=True),
    Column("contact_id", String(36), nullable=False, server_default=""),
    Column("conversation_id", String(40), nullable=False, server_default=""),
    Column("cart_id", String(40), index=True, unique=True),  # one order per cart
    Column("locale", String(10), nullable=False, server_default="en"),
    Column("placed_at", Instant, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("email", String(320), nullable=False, server_default="", index=True),
    Column("address", JSON, nullable=False, server_default="{}"),
    Column("shipping_key", String(60), nullable=False, server_default=""),
    Column("shipping_label", JSON, nullable=False, server_default="{}"),
    Column("shipping_minor", Integer, nullable=False),
    Column("goods_minor", Integer, nullable=False, server_default="0"),  # before reductions
    Column("total_minor", Integer, nullable=False, server_default="0"),
    Column("reductions", JSON, nullable=False, server_default="[]"),  # [[label, minor], ...]
    Column("taxes", JSON, nullable=False, server_default="[]"),  # [[rate, net minor, tax minor], ...]
    Column("currency", String(3), nullable=False),
    Column("payment", String(40), nullable=False, server_default=""),  # the provider's name
    Column("arrives_from", String(10), nullable=False, server_default=""),  # ISO dates, local to the shop
    Column("arrives_until", String(10), nullable=False, server_default=""),
    Column("delivered_at", Instant),
    Column("seen_at", Instant),  # when an operator first looked at it
    Column("access", String(64), nullable=False, server_default=""),  # the key of its page
)

order_line = Table(
    "shop_order_line",
    metadata,
    Column("number", ForeignKey("shop_order.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("variant_id", String(20), nullable=False, server_default=""),
    Column("product_id", String(20), nullable=False, server_default=""),
    Column("sku", String(200), nullable=False),
    Column("title", String(400), nullable=False),
    Column("options", String(400), nullable=False, server_default=""),
    Column("category_key", String(400), nullable=False, server_default=""),
    Column("quantity", Integer, nullable=False),
    Column("unit_minor", Integer, nullable=False),
    Column("discount_minor", Integer, nullable=False, server_default="0"),  # of the whole line
    Column("tax_rate", String(10), nullable=False, server_default="0"),  # percent, as written
)

payment = Table(
    "payment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("provider", String(40), nullable=False),
    Column("reference", String(200)),  # the provider's name for it
    Column("url", Text, nullable=False, server_default=""),  # where the shopper pays
    Column("state", String(20), nullable=False),
    Column("minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Unique("provider", "reference"),
)

# What a provider told us, so that the same news twice is one.
payment_notice = Table(
    "payment_notice",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("event_id", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
)

refund = Table(
    "refund",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("payment_id", ForeignKey("payment.id"), nullable=False),
    Column("minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", String(300), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),  # asked, done, failed
    Column("reference", String(200), nullable=False, server_default=""),
    Column("once", String(200), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
)

fulfilment = Table(
    "fulfilment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("carrier", String(80), nullable=False, server_default=""),
    Column("tracking_code", String(80), nullable=False, server_default=""),
    Column("tracking_url", String(1000), nullable=False, server_default=""),
    Column("lines", JSON, nullable=False),  # {position: quantity}
    Column("shipped_at", Instant, nullable=False),
)

shop_return = Table(
    "shop_return",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # return, exchange, withdrawal
    Column("state", String(20), nullable=False),  # asked, received, refunded, declined
    Column("reason", String(500), nullable=False, server_default=""),
    Column("lines", JSON, nullable=False),  # {position: quantity}
    Column("refund_minor", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("received_at", Instant),
)

order_note = Table(
    "order_note",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("by", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
