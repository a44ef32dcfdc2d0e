"""Shoppers, contacts, conversations, their events, the outbox and the operators."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from tresen.kit.db import Instant, metadata

shopper = Table(
    "shopper",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(200), nullable=False, server_default=""),
    Column("email", String(320), nullable=False, server_default=""),
    Column("locale", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("shopper_id", ForeignKey("shopper.id"), nullable=False, index=True),
    Column("channel", String(40), nullable=False),
    Column("account", String(200), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("last_inbound_at", Instant),
    Unique("channel", "account", "external_id"),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    Column("shopper_id", ForeignKey("shopper.id"), nullable=False),
    Column("locale", String(10), nullable=False),
    Column("token_hash", String(64), nullable=False, server_default=""),
    Column("owner", String(60), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("inbound", Integer, nullable=False),  # the last event that a responder has to answer
    Column("answered", Integer, nullable=False),  # the last event that one has answered
    Column("lease_token", String(40)),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),  # claims since the last answer
    Column("waiting_since", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("v", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("once", String(300), unique=True),  # what must not happen twice
    Column("body_hash", String(64)),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False),
    Column("state", String(20), nullable=False),  # waiting, sent, failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("sent_pieces", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant, nullable=False),
    Column("lease_token", String(40)),
    Column("lease_until", Instant),
    Unique("conversation_id", "seq", "contact_id"),
    Index("ix_outbox_due", "state", "due_at"),
)

# Where a channel that asks its network for news (long polling) has got to.
cursor = Table(
    "channel_cursor",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("account", String(200), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

operator = Table(
    "operator",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# Sign-ins and one-time links; only digests are stored.
operator_key = Table(
    "operator_key",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("operator_id", ForeignKey("operator.id"), nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
