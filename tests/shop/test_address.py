"""Addresses by the rules of their country, with a sentence for each mistake."""

import socket
from typing import Any

import pytest

from tresen.kit.errors import Unprocessable
from tresen.shop.address import BadAddress, PostalAddress, checked, country_name, is_email, lines

GOOD = {
    "name": "Anna Müller", "street": "Musterpfad 12", "postal_code": "79098", "city": "Freiburg", "country": "DE",
    "email": "anna@kiesel-kette.example", "phone": "+49 761 5550-0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules come from the installed data; whoever opens a connection here fails."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("an address was looked up over the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def faults(**changes: str) -> dict[str, str]:
    try:
        checked(GOOD | changes)
    except BadAddress as refused:
        return refused.fields
    return {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}), ({"phone": "", "email": ""}, {}), ({"extra": "c/o Kette"}, {}),
        ({"name": " "}, {"name": "missing"}), ({"name": "12"}, {"name": "wrong"}), ({"name": "李"}, {}),
        ({"street": ""}, {"street": "missing"}), ({"city": ""}, {"city": "missing"}),
        ({"postal_code": ""}, {"postal_code": "missing"}), ({"postal_code": "7909"}, {"postal_code": "wrong"}),
        ({"postal_code": "79098 x"}, {"postal_code": "wrong"}), ({"country": "AT"}, {"postal_code": "wrong"}),
        ({"country": ""}, {"country": "missing"}), ({"country": "Mordor"}, {"country": "wrong"}),
        ({"country": "ZZ"}, {"country": "wrong"}), ({"country": "../de"}, {"country": "wrong"}),
        ({"street": "x" * 101}, {"street": "too_long"}), ({"email": "anna@"}, {"email": "wrong"}),
        ({"email": "anna@localhost"}, {"email": "wrong"}), ({"email": "a@b.example, c@d.example"}, {"email": "wrong"}),
        ({"phone": "call me"}, {"phone": "wrong"}), ({"phone": "1" * 16}, {"phone": "wrong"}),
        ({"country": "IE", "postal_code": ""}, {}), ({"country": "GB", "postal_code": "sw1a 1aa"}, {}),
        ({"country": "US", "postal_code": "90210", "region": "NY"}, {"postal_code": "wrong"}),
        ({"country": "US", "postal_code": "90210", "region": "California"}, {}),
    ],
)  # fmt: skip
def test_each_mistake_is_named(changes: dict[str, str], expected: dict[str, str]) -> None:
    assert faults(**changes) == expected


def test_nothing_at_all_misses_everything() -> None:
    with pytest.raises(BadAddress) as refused:
        checked({})
    assert isinstance(refused.value, Unprocessable)
    assert refused.value.fields == dict.fromkeys(("name", "street", "city", "country"), "missing")


@pytest.mark.parametrize(
    ("given", "stored"),
    [({"country": "Deutschland", "postal_code": "D-79098"}, ("DE", "79098")),
     ({"country": "austria", "postal_code": " 1010 "}, ("AT", "1010")),
     ({"country": "lv", "postal_code": "LV-1010"}, ("LV", "LV-1010")),
     ({"country": "nl", "postal_code": "1012 ab"}, ("NL", "1012 AB"))],
)  # fmt: skip
def test_what_people_write_becomes_what_the_post_reads(given: dict[str, str], stored: tuple[str, str]) -> None:
    found = checked(GOOD | given)
    assert (found.country, found.postal_code) == stored


def test_line_breaks_and_controls_cannot_add_lines() -> None:
    found = checked(GOOD | {"name": "Anna\r\nBcc: x@y.example", "street": "  Musterpfad\t12 "})
    assert (found.name, found.street) == ("Anna Bcc: x@y.example", "Musterpfad 12")


@pytest.mark.parametrize(
    ("changes", "locale", "expected"),
    [
        ({"extra": "c/o Kette"}, "de", ["Anna Müller", "c/o Kette", "Musterpfad 12", "79098 Freiburg", "Deutschland"]),
        ({}, "en", ["Anna Müller", "Musterpfad 12", "79098 Freiburg", "Germany"]),
        ({"country": "US", "postal_code": "90210", "city": "Beverly Hills"}, "en",
         ["Anna Müller", "Musterpfad 12", "Beverly Hills, CA 90210", "United States"]),
        ({"country": "IT", "postal_code": "00144", "city": "Roma"}, "de",
         ["Anna Müller", "Musterpfad 12", "00144 Roma RM", "Italien"]),
        ({"country": "GB", "postal_code": "SW1A 1AA", "city": "London"}, "en",
         ["Anna Müller", "Musterpfad 12", "London", "SW1A 1AA", "United Kingdom"]),
    ],
)  # fmt: skip
def test_written_as_the_country_writes_it(changes: dict[str, str], locale: str, expected: list[str]) -> None:
    assert lines(checked(GOOD | changes), locale) == expected


def test_every_address_of_the_eu_keeps_its_name_street_and_town() -> None:
    for code in ("AT", "BE", "CZ", "DK", "ES", "FI", "FR", "GR", "IT", "NL", "PL", "PT", "RO", "SE"):
        printed = lines(PostalAddress("Anna", "Weg 1", "12345", "Stadt", code), "de")
        assert printed[0] == "Anna"
        assert "Weg 1" in printed
        assert any("Stadt" in each for each in printed)


@pytest.mark.parametrize(
    ("locale", "words"), [("de", ("der Ort fehlt", "Postleitzahl")), ("en", ("town is missing", "postal code"))]
)
def test_the_shopper_hears_what_is_wrong(locale: str, words: tuple[str, str]) -> None:
    told = BadAddress({"city": "missing", "postal_code": "wrong"}).told(locale)
    assert all(each in told for each in words)


def test_every_field_and_reason_has_words() -> None:
    for locale in ("de", "en"):
        for name in ("name", "extra", "street", "postal_code", "city", "region", "country", "email", "phone"):
            for reason in ("missing", "wrong", "too_long"):
                assert len(BadAddress({name: reason}).told(locale)) > 20


def test_countries_and_mail_addresses() -> None:
    assert country_name("AT", "de") == "Österreich"
    assert country_name("QX", "de") == "QX"
    assert is_email("ü@kiesel.example")
    assert not is_email("")
