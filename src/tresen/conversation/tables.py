"""Shoppers, contacts, conversations, their events, the outbox, mail, proofs of identity and the operators."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from tresen.kit.db import Instant, metadata

shopper = Table(
    "shopper",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(200), nullable=False, server_default=""),
    Column("email", String(320), nullable=False, server_default=""),  # proved, in lower case
    Column("locale", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(
        "uq_shopper_email", "email", unique=True,
        sqlite_where=text("email <> ''"), postgresql_where=text("email <> ''"),
    ),
)  # fmt: skip

# A shopper's account in the host shop, as its identity tokens name it.
host_account = Table(
    "host_account",
    metadata,
    Column("external_id", String(200), primary_key=True),
    Column("shopper_id", ForeignKey("shopper.id"), nullable=False, index=True),
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
    Column("shopper_id", ForeignKey("shopper.id"), nullable=False, index=True),
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

# Mail to addresses, whoever reads there; what has left keeps no words.
mail = Table(
    "mail",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("recipient", String(320), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("state", String(20), nullable=False),  # waiting, sent, failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant, nullable=False),
    Column("lease_token", String(40)),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("once", String(300), unique=True),  # what must not be written twice
    Index("ix_mail_due", "state", "due_at"),
)

# Whom a conversation has proved to be, and until when that counts.
proof = Table(
    "proof",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("shopper_id", ForeignKey("shopper.id"), primary_key=True),
    Column("method", String(20), nullable=False),  # code, token
    Column("proven_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# Codes sent by mail; kept for an hour after their making, because they are counted.
one_time_code = Table(
    "one_time_code",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("conversation_id", String(40), nullable=False),
    Column("email", String(320), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Index("ix_one_time_code_conversation", "conversation_id", "created_at"),
    Index("ix_one_time_code_email", "email", "created_at"),
)

# What a shopper wants to be told here without having asked for it.
consent = Table(
    "consent",
    metadata,
    Column("contact_id", ForeignKey("contact.id"), primary_key=True),
    Column("occasion", String(40), primary_key=True),
    Column("given_at", Instant, nullable=False),
)

# What a shopper said about themselves, or confirmed: theirs to see, to correct and to have erased.
remembered = Table(
    "remembered",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("shopper_id", ForeignKey("shopper.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # size, brand, budget, value, dislike, purpose, ...
    Column("about", String(200), nullable=False, server_default=""),  # what a size or a budget is for
    Column("value", String(300), nullable=False),
    Column("source", String(20), nullable=False),  # said, confirmed, bought
    Column("conversation_id", String(40), nullable=False),
    Column("seq", Integer, nullable=False),  # the event that it was said in
    Column("noted_at", Instant, nullable=False),
    Unique("shopper_id", "kind", "about", "value"),
)

# Pictures that shoppers sent; the bytes are a file in the shop's folder. One that a network still holds waits here to
# be fetched, as letters wait to be sent (conversation/queue.py).
upload = Table(
    "upload",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state", String(20), nullable=False, server_default="kept"),  # waiting, kept, failed
    Column("media", Text, nullable=False, server_default=""),  # channel:id there, until it was fetched
    Column("reason", String(40), nullable=False, server_default=""),  # the code of why there is none
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant),
    Column("lease_token", String(40)),
    Column("lease_until", Instant),
    Index("ix_upload_due", "state", "due_at"),
)

# What models have cost so far, per day of the shop and per whom.
spending = Table(
    "spending",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("whom", String(80), primary_key=True),  # shop, shopper:<id>, conversation:<id>
    Column("calls", Integer, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),  # millionths of the currency that prices of models are set in
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
