"""The shop's tables. A product's key is (source, external id), so each source withdraws only its own."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from tresen.kit.db import Instant, metadata

product = Table(
    "product",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("source", String(80), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("title", JSON, nullable=False),
    Column("description", JSON, nullable=False),
    Column("brand", String(200), nullable=False, server_default=""),
    Column("category", JSON, nullable=False),
    Column("category_key", String(400), nullable=False, server_default="", index=True),
    Column("attributes", JSON, nullable=False),
    Column("details", JSON, nullable=False),
    Column("rating", Float),
    Column("rating_count", Integer, nullable=False, server_default="0"),
    Column("reviews", JSON, nullable=False),
    Column("goes_well_with", JSON, nullable=False),
    Column("image", String(1000), nullable=False, server_default=""),
    Column("url", String(1000), nullable=False, server_default=""),
    Column("content_hash", String(64), nullable=False),
    Column("withdrawn_at", Instant),
    Unique("source", "external_id"),
)

variant = Table(
    "variant",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("product_id", ForeignKey("product.id"), nullable=False, index=True),
    Column("sku", String(200), nullable=False),
    Column("position", Integer, nullable=False),
    Column("options", JSON, nullable=False),
    Column("image", String(1000), nullable=False, server_default=""),
    Column("stock", Integer),  # None: the feed does not say
    Column("withdrawn_at", Instant),
    Column("changed", Integer, nullable=False, index=True),  # the shop's change number of price or stock
)

price = Table(
    "price",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("variant_id", ForeignKey("variant.id"), nullable=False),
    Column("minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_included", Boolean, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_until", Instant),  # None: the price of today
    Index("ix_price_variant", "variant_id", "valid_until"),
)

document = Table(
    "document",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("source", String(80), nullable=False),
    Column("external_id", String(400), nullable=False),
    Column("locale", String(10), nullable=False),
    Column("title", String(400), nullable=False),
    Column("url", String(1000), nullable=False, server_default=""),
    Column("content_hash", String(64), nullable=False),
    Column("withdrawn_at", Instant),
    Unique("source", "external_id"),
)

passage = Table(
    "passage",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("heading", String(400), nullable=False),
    Column("anchor", String(200), nullable=False),
    Column("text", Text, nullable=False),
)

cart = Table(
    "cart",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("shopper_id", String(36), nullable=False, unique=True),
    Column("updated_at", Instant, nullable=False),
)

cart_line = Table(
    "cart_line",
    metadata,
    Column("cart_id", ForeignKey("cart.id"), primary_key=True),
    Column("variant_id", ForeignKey("variant.id"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
)

# Stories told about products, kept for as long as the facts they were built from stay.
story = Table(
    "story",
    metadata,
    Column("product_id", ForeignKey("product.id"), primary_key=True),
    Column("locale", String(10), primary_key=True),
    Column("audience", String(64), primary_key=True),  # digest of use, values, length and the shop's tone
    Column("facts", String(64), nullable=False),  # digest of what it was built from
    Column("text", Text, nullable=False),
    Column("sources", JSON, nullable=False),  # per sentence, the names of its facts
    Column("model", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Counters of the whole shop: `change` numbers price and stock changes, `index_version` names the live index.
state = Table(
    "shop_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)
