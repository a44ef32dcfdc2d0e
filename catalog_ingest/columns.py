"""Which column of a table means what: told by the merchant, else guessed from German and English headers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog_ingest.texts import slug
from tresen.kit.errors import Unprocessable

_GUESSES = {
    "id": "id, product id, item id, handle, artikelnummer, artikelnr, artikel nr, art nr, produkt id, produktnummer",
    "parent": "parent, parent id, parent sku, item group id, vaterartikel, elternartikel, hauptartikel",
    "sku": "sku, variant sku, variant id, varianten id, variantennummer, varianten sku",
    "title": "title, name, product name, titel, bezeichnung, produktname, artikelname, artikelbezeichnung, produkt",
    "description": "description, body, body html, long description, beschreibung, produktbeschreibung, langtext",
    "brand": "brand, vendor, manufacturer, marke, hersteller",
    "category": "category, categories, product type, product category, kategorie, kategorien, warengruppe",
    "price": "price, variant price, regular price, preis, verkaufspreis, vk, vk preis, bruttopreis, preis brutto",
    "currency": "currency, währung",
    "stock": "stock, quantity, qty, inventory, variant inventory qty, availability, bestand, lagerbestand, menge, "
    "verfügbarkeit",
    "image": "image, image link, image src, image url, bild, bild url, bildlink, produktbild",
    "url": "url, link, product url, produkt url, produktlink",
    "rating": "rating, average rating, bewertung, durchschnittsbewertung",
    "rating_count": "rating count, review count, anzahl bewertungen",
    "goes_well_with": "goes well with, related, cross sells, passt zu, zubehör",
    "option:color": "color, colour, farbe",
    "option:size": "size, größe, groesse",
    "attribute:material": "material",
    "attribute:gender": "gender, geschlecht",
}
_BY_HEADER = {header.strip().casefold(): field for field, headers in _GUESSES.items() for header in headers.split(",")}
_NAMES = {name for name in _GUESSES if ":" not in name}
_FACTS = ("option", "attribute", "detail")
_TOLD = re.compile(r"(?P<name>[a-z_]+)(?::(?P<key>[^:]+?))?(?:\.(?P<locale>[a-z]{2}))?")
_IN_A_LANGUAGE = re.compile(r"(?P<header>.+?)[ (\[]+(?P<locale>de|en)[)\]]?")


@dataclass(frozen=True)
class Meaning:
    """`title` in `de`, or `option` `color`."""

    name: str
    key: str = ""
    locale: str = ""


@dataclass(frozen=True)
class Pattern:
    """`attribute:*` = `attr_*`: every column that fits is an attribute, named by what the star stands for."""

    name: str
    told: str

    def fits(self, header: str) -> Meaning | None:
        starred = _starred(self.told, header)
        return Meaning(self.name, starred) if starred else None


@lru_cache(maxsize=4096)  # the same few headers come with every row
def _starred(told: str, header: str) -> str:
    """What the star stands for, as a key; "" when the header does not fit."""
    before, _, after = told.casefold().partition("*")
    plain = header.strip().casefold()
    fits = plain.startswith(before) and plain.endswith(after)
    return slug(plain[len(before) : len(plain) - len(after)], "_") if fits else ""


def understand(headers: Sequence[str], mapping: Mapping[str, str]) -> tuple[dict[int, Meaning], tuple[str, ...]]:
    """What each column means, by position, and the headers that mean nothing.

    Raises:
        Unprocessable: the mapping names what is not there, or nothing says which column is the title.
    """
    found = {_position(headers, header): told(field) for field, header in mapping.items() if not _is_pattern(field)}
    found |= {at: meaning for at, meaning in _fitting(headers, patterns(mapping)) if at not in found}
    taken = set(found.values())
    for position, header in enumerate(headers):
        meaning = None if position in found else _guess(header)
        if meaning is not None and meaning not in taken:
            found[position] = meaning
            taken.add(meaning)
    names = {meaning.name for meaning in taken}
    if "title" not in names or not names & {"id", "sku", "parent"}:
        missing = "title" if "title" not in names else "id"
        raise Unprocessable(
            f"No column looks like the {missing}. The columns are: {_listed(headers)}.",
            code="bad_mapping",
            hint=f"say which one it is: --map {missing}=COLUMN",
        )
    return found, tuple(header for position, header in enumerate(headers) if position not in found and header.strip())


def patterns(mapping: Mapping[str, str]) -> tuple[Pattern, ...]:
    """The fields of a mapping that name many columns at once; `attr_t_*|attr_n_*` are two patterns.

    Raises:
        Unprocessable: it is no kind of fact, or a pattern has not exactly one star.
    """
    found = []
    for field, header in mapping.items():
        if not _is_pattern(field):
            continue
        name = field.strip().removesuffix(":*")
        pieces = [piece.strip() for piece in header.split("|")]
        if name not in _FACTS or any(piece.count("*") != 1 for piece in pieces):
            raise Unprocessable(
                f"The column mapping {field}={header} cannot be read.",
                code="bad_mapping",
                hint="write option:*, attribute:* or detail:*, and one star in the columns: attribute:*=attr_*",
            )
        found += [Pattern(name, piece) for piece in pieces]
    return tuple(found)


def _is_pattern(field: str) -> bool:
    return field.strip().endswith(":*")


def _fitting(headers: Sequence[str], several: Sequence[Pattern]) -> Iterator[tuple[int, Meaning]]:
    for position, header in enumerate(headers):
        meaning = next((found for pattern in several if (found := pattern.fits(header))), None)
        if meaning is not None:
            yield position, meaning


def fact_key(name: str) -> str:
    """The name that filters know a fact by: `Farbe` and `Colour` are `color`; others stay as they are."""
    meaning = _guess(name)
    return meaning.key if meaning and meaning.key else name


def _position(headers: Sequence[str], wanted: str) -> int:
    for position, header in enumerate(headers):
        if header.strip().casefold() == wanted.strip().casefold():
            return position
    raise Unprocessable(
        f"There is no column {wanted!r}. The columns are: {_listed(headers)}.",
        code="bad_mapping",
        hint="name a column as the file has it",
    )


def _listed(headers: Sequence[str]) -> str:
    return ", ".join(header.strip()[:60] for header in headers[:40])


def told(field: str) -> Meaning:
    """What a field of a mapping means.

    Raises:
        Unprocessable: there is no such field.
    """
    meaning = _parse(field)
    if meaning is None:
        names = ", ".join(sorted(_NAMES))
        raise Unprocessable(
            f"The column mapping has an unknown field {field!r}.",
            code="bad_mapping",
            hint=f"fields are {names}, option:NAME, attribute:NAME and detail:NAME, each with .de or .en if need be",
        )
    return meaning


def _parse(field: str) -> Meaning | None:
    match = _TOLD.fullmatch(field.strip()) or _TOLD.fullmatch(field.strip().lower())
    if match is None or (match["name"] in _FACTS) != bool(match["key"]):
        return None
    if match["name"] not in _NAMES and match["name"] not in _FACTS:
        return None
    return Meaning(match["name"], slug(match["key"], "_") if match["key"] else "", match["locale"] or "")


def _guess(header: str) -> Meaning | None:
    plain = header.strip().casefold()
    meaning = _parse(plain)
    if meaning is not None:
        return meaning
    words = " ".join(re.split(r"[\s_.:/()\[\]-]+", plain)).strip()
    if words in _BY_HEADER:
        return _parse(_BY_HEADER[words])
    in_a_language = _IN_A_LANGUAGE.fullmatch(words)
    if in_a_language is None or in_a_language["header"] not in _BY_HEADER:
        return None
    return _parse(f"{_BY_HEADER[in_a_language['header']]}.{in_a_language['locale']}")
