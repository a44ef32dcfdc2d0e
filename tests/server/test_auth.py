"""Identity tokens of the host shop: the right one proves, every other one is refused alike, and data stays closed."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from little_app import furnish, served
from visitor import Visitor

from tresen.bootstrap import Tresen
from tresen.conversation import shoppers
from tresen.counter import identity
from tresen.counter.identity import Known
from tresen.kit.clock import SystemClock
from tresen.kit.errors import Misconfigured
from tresen.server import auth

ANA = "ana@post.example"
OLD, NEW = "an old secret of more than thirty-two bytes", "a new secret of more than thirty-two bytes"
SIGNER, FORGER = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()


def pem(key: Any) -> str:
    shape = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return str(key.public_key().public_bytes(*shape).decode())


PUBLIC = pem(SIGNER)
KEYS = {"2026-01": OLD, "2026-02": NEW, "ed": PUBLIC}


@dataclass
class Shop:
    app: Tresen
    url: str

    async def known(self, visitor: Visitor) -> Known:
        async with self.app.db.read() as tx:
            return await identity.known(tx, await shoppers.by_token(tx, visitor.id, visitor.token))


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    home = tmp_path_factory.mktemp("auth")
    await furnish(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRESEN_IDENTITY_KEYS", json.dumps(KEYS))
        async with served(home, work=False) as (app, url):
            async with app.db.write() as tx:
                await shoppers.introduce(tx, "Ana", ANA, "de", None)
            yield Shop(app, url)


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"sub": "7", "email": ANA, "email_verified": True, "name": "Ana", "aud": "tresen", "exp": now + 600}
    return {key: value for key, value in (usual | more).items() if value is not None}


def token(kid: Any = "2026-02", key: Any = NEW, algorithm: str = "HS256", **more: Any) -> str:
    return jwt.encode(claims(**more), key, algorithm, headers={"kid": kid})


def raw(header: dict[str, Any], key: bytes = b"", **more: Any) -> str:
    """A token that no library would write."""
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims(**more))]
    signature = hmac.new(key, b".".join(parts), hashlib.sha256).digest() if key else b""
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def now() -> int:
    return int(time.time())


GOOD: dict[str, Callable[[], str]] = {
    "new secret": token,
    "old secret, still known": lambda: token("2026-01", OLD),
    "EdDSA": lambda: token("ed", SIGNER, "EdDSA"),
    "an hour": lambda: token(exp=now() + 3600),
    "account alone": lambda: token(email=None, email_verified=None),
    "mail alone": lambda: token(sub=None),
    "among audiences": lambda: token(aud=["shop", "tresen"]),
    "not before now": lambda: token(nbf=now(), iat=now()),
}

BAD: dict[str, Callable[[], str]] = {
    "alg none": lambda: raw({"alg": "none", "kid": "2026-02"}),
    "alg None": lambda: raw({"alg": "None", "kid": "2026-02"}, NEW.encode()),
    "no alg": lambda: raw({"kid": "2026-02"}, NEW.encode()),
    "HS256 with the public key": lambda: raw({"alg": "HS256", "kid": "ed"}, PUBLIC.encode()),
    "HS256 with the stripped public key": lambda: raw({"alg": "HS256", "kid": "ed"}, PUBLIC.strip().encode()),
    "HS512 for HS256": lambda: token(algorithm="HS512", key=NEW * 2),
    "EdDSA for a secret": lambda: token("2026-02", SIGNER, "EdDSA"),
    "another Ed25519 key": lambda: token("ed", FORGER, "EdDSA"),
    "another secret": lambda: token(key="a guessed secret of thirty-two bytes"),
    "the secret of another kid": lambda: token("2026-01", NEW),
    "unknown kid": lambda: token("2025-12"),
    "no kid": lambda: jwt.encode(claims(), NEW, "HS256"),
    "kid of another type": lambda: raw({"alg": "HS256", "kid": ["2026-02"]}, NEW.encode()),
    "kid as a path": lambda: raw({"alg": "HS256", "kid": "../../dev/null"}, NEW.encode()),
    "its own key inside": lambda: raw({"alg": "HS256", "kid": "x", "jwk": {"kty": "oct", "k": "eHh4"}}, b"xxx"),
    "an unknown crit": lambda: raw({"alg": "HS256", "kid": "2026-02", "crit": ["x"], "x": 1}, NEW.encode()),
    "expired": lambda: token(exp=now() - 60),
    "no exp": lambda: token(exp=None),
    "exp too far ahead": lambda: token(exp=now() + 3600 * 2),
    "exp for ever": lambda: token(exp=10**30),
    "exp of another type": lambda: token(exp="soon"),
    "exp is infinite": lambda: raw({"alg": "HS256", "kid": "2026-02"}, NEW.encode(), exp=float("inf")),
    "not before later": lambda: token(nbf=now() + 300),
    "issued later": lambda: token(iat=now() + 300),
    "another audience": lambda: token(aud="intercom"),
    "no audience": lambda: token(aud=None),
    "nobody": lambda: token(sub=None, email=None),
    "mail alone, not verified": lambda: token(sub=None, email_verified=False),
    "mail alone, verified in words": lambda: token(sub=None, email_verified="true"),
    "mail that is none": lambda: token(sub=None, email="ana"),
    "sub of another type": lambda: raw({"alg": "HS256", "kid": "2026-02"}, NEW.encode(), sub=7),
    "sub that no database takes": lambda: token(sub="7\x00", email=None),
    "changed after signing": lambda: token()[:-6] + "AAAAAA",
    "two parts": lambda: token().rpartition(".")[0],
    "rubbish": lambda: "rubbish",
    "deep": lambda: base64.urlsafe_b64encode(b"[" * 4000).decode() + ".e30.x",
}


async def begin(shop: Shop, given: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=shop.url) as http:
        return await http.post("/v1/conversations", json={"locale": "de", "identity": given})


async def put(visitor: Visitor, given: str) -> httpx.Response:
    return await visitor.http.put(f"{visitor.path}/identity", json={"identity": given}, headers=visitor.auth)


@pytest.mark.parametrize("name", GOOD)
async def test_a_right_token_proves_who_it_is(shop: Shop, name: str) -> None:
    """At the beginning, and later on in the same conversation."""
    late = await Visitor.begin(shop.url)
    assert not (await shop.known(late)).proven
    assert (await put(late, GOOD[name]())).status_code == 204
    early = await Visitor.begin(shop.url, identity=GOOD[name]())
    for visitor in (late, early):
        found = await shop.known(visitor)
        assert (found.proven, found.email, found.name) == (True, ANA, "Ana")


@pytest.mark.parametrize("name", BAD)
async def test_any_other_token_is_refused_in_the_same_words(shop: Shop, name: str) -> None:
    visitor = await Visitor.begin(shop.url)
    answers = [await begin(shop, BAD[name]()), await put(visitor, BAD[name]())]
    for answer in answers:
        assert answer.status_code == 401, answer.text
        told = answer.json()
        assert told["code"] == "bad_identity"
        assert told["hint"] == auth.HINT
    assert not (await shop.known(visitor)).proven
    assert len({json.dumps(answer.json()) for answer in (answers[1], await put(visitor, "rubbish"))}) == 1


async def test_a_refused_token_begins_no_conversation(shop: Shop) -> None:
    refused = (await begin(shop, "rubbish")).json()
    assert set(refused) == {"type", "title", "status", "detail", "code", "hint"}


async def test_a_token_needs_the_token_of_the_conversation_too(shop: Shop) -> None:
    visitor = await Visitor.begin(shop.url)
    for headers, status in (({}, 401), ({"Authorization": "Bearer x"}, 404)):
        answer = await visitor.http.put(f"{visitor.path}/identity", json={"identity": token()}, headers=headers)
        assert answer.status_code == status
    assert not (await shop.known(visitor)).proven


async def test_another_account_has_to_begin_anew(shop: Shop) -> None:
    visitor = await Visitor.begin(shop.url, identity=token())
    answer = await put(visitor, token(sub="8", email="ben@post.example"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "other_shopper"
    assert (await shop.known(visitor)).email == ANA


async def test_an_unverified_mail_is_not_anas(shop: Shop) -> None:
    visitor = await Visitor.begin(shop.url, identity=token(sub="eve", email_verified=False))
    found = await shop.known(visitor)
    assert (found.proven, found.email) == (True, "")


async def test_without_keys_every_token_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRESEN_IDENTITY_KEYS", raising=False)
    async with served(tmp_path, work=False) as (app, url):
        for given in (token(), raw({"alg": "none"}), raw({"alg": "HS256", "kid": ""})):
            assert (await begin(Shop(app, url), given)).status_code == 401


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = SIGNER.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


@pytest.mark.parametrize(
    "value",
    ["{", "[]", '{"a": 1}', '{"a": "too short"}', json.dumps({"a": pem(RSA)}), json.dumps({"a": PRIVATE}),
     json.dumps({"a": pem(ec.generate_private_key(ec.SECP256R1()))}), json.dumps({"a": "-----BEGIN PUBLIC KEY-----"})],
    ids=range(8),
)  # fmt: skip
def test_wrong_keys_are_told_at_the_start_without_the_secret(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRESEN_IDENTITY_KEYS", value)
    with pytest.raises(Misconfigured) as refused:
        auth.identities(SystemClock())
    assert refused.value.hint
    assert "too short" not in refused.value.hint
    assert PRIVATE not in str(refused.value)


def test_a_key_prints_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRESEN_IDENTITY_KEYS", json.dumps(KEYS))
    found = auth.identities(SystemClock())
    assert NEW not in repr(found)
    assert {kid: key.algorithm for kid, key in found.keys.items()} == {
        "2026-01": "HS256", "2026-02": "HS256", "ed": "EdDSA",
    }  # fmt: skip
    claim = found.read(token())
    assert claim.expires_at > datetime.now(UTC)
