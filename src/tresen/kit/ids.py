"""Identifiers: sortable inside our tables, unguessable outside, short and stable for the catalog."""

import base64
import hashlib
import secrets

import uuid_utils


def row_id() -> str:
    """A uuid7: sorts by time of making."""
    return str(uuid_utils.uuid7())


def secret() -> str:
    """192 random bits, URL-safe: a bearer token or an address nobody can guess."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What is stored instead of a token, so that a leaked table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def catalog_id(prefix: str, *key: str) -> str:
    """A short id from a catalog key, the same after every ingest, so links and carts survive a rebuild.

    65 bits: at a million products the chance of one collision is below 1 in 10^7, and the primary key
    would refuse it.
    """
    raw = hashlib.blake2b("\x1f".join(key).encode(), digest_size=10).digest()
    return prefix + base64.b32encode(raw).decode().lower()[:13]
