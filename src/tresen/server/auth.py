"""Identity tokens: who the host shop's signed-in customers are, in its own signature (JWT, RFC 7519).

The key decides the algorithm, never the token: `kid` names a secret (HS256) or an Ed25519 public key (EdDSA). Several
keys at once let a shop change them without signing anybody out.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.algorithms import OKPAlgorithm
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tresen.counter.identity import Claim
from tresen.kit.clock import Clock
from tresen.kit.errors import Misconfigured, Unauthorized

logger = logging.getLogger(__name__)

AUDIENCE = "tresen"
LONGEST = timedelta(hours=1)  # a token that lives longer is a password
LEEWAY = timedelta(seconds=30)  # between two clocks
SHORTEST_SECRET = 32  # bytes, RFC 7518 section 3.2
LONGEST_TOKEN = 8192
HINT = f'HS256 or EdDSA, with kid, exp (at most an hour ahead), aud "{AUDIENCE}", and sub or email with email_verified'


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRESEN_", extra="ignore")

    identity_keys: SecretStr = SecretStr("")


class BadIdentity(Unauthorized):
    """Which rule it broke is for the shop's log, not for who sent it."""

    code = "bad_identity"
    say = "The identity token is not valid."
    hint = HINT


@dataclass(frozen=True)
class Key:
    algorithm: str
    value: Any = field(repr=False)


@dataclass(frozen=True)
class Identities:
    """The keys by their `kid`; without any, every token is refused."""

    keys: Mapping[str, Key]
    clock: Clock

    def read(self, token: str) -> Claim:
        """What a token proves.

        Raises:
            BadIdentity: wrong signature, algorithm, key, audience or times, or nobody is named.
        """
        try:
            claims = self._verified(token)
            until = datetime.fromtimestamp(float(claims["exp"]), UTC)
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, OSError, RecursionError) as error:
            logger.info("an identity token was refused: %s", type(error).__name__)
            raise BadIdentity from None
        account = _text(claims, "sub", 200)
        email = _text(claims, "email", 320) if claims.get("email_verified") is True else ""
        if until > self.clock.now() + LONGEST + LEEWAY or not (account or "@" in email):
            logger.info("an identity token was refused: it lives too long or names nobody")
            raise BadIdentity
        return Claim(account, email if "@" in email else "", _text(claims, "name", 200), until)

    def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise jwt.DecodeError("too long")
        kid = jwt.get_unverified_header(token).get("kid")
        key = self.keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise jwt.InvalidKeyError("unknown kid")
        rules: Any = {"require": ["exp", "aud"], "strict_aud": False}
        return jwt.decode(
            token, key.value, algorithms=[key.algorithm], audience=AUDIENCE, leeway=LEEWAY, options=rules
        )  # fmt: skip


def identities(clock: Clock) -> Identities:
    """The keys that TRESEN_IDENTITY_KEYS names.

    Raises:
        Misconfigured: it is no JSON object, a secret is too short, or a PEM is no Ed25519 public key.
    """
    given = Settings().identity_keys.get_secret_value()
    try:
        found = json.loads(given or "{}")
        if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
            raise ValueError
    except ValueError:
        hint = 'a JSON object: {"2026-01": "a secret of 32 bytes or more, or an Ed25519 public key as PEM"}'
        raise Misconfigured("TRESEN_IDENTITY_KEYS cannot be read.", hint=hint) from None
    return Identities({kid: _key(kid, value) for kid, value in found.items()}, clock)


def _key(kid: str, value: str) -> Key:
    if "-----BEGIN" in value:
        try:
            if "PRIVATE" in value:
                raise ValueError
            return Key("EdDSA", OKPAlgorithm().prepare_key(value.strip()))
        except (ValueError, TypeError, jwt.PyJWTError):
            hint = "the public half of an Ed25519 key, as PEM; other kinds of keys are not taken"
            raise Misconfigured(f"The identity key {kid!r} is no Ed25519 public key.", hint=hint) from None
    if len(value.encode()) < SHORTEST_SECRET:
        raise Misconfigured(f"The identity key {kid!r} is too short.", hint=f"at least {SHORTEST_SECRET} bytes")
    return Key("HS256", value)


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    """A claim that is a text we can store, or nothing; one that is too long is not cut into another."""
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= most and value.isprintable() else ""
