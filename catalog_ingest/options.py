"""What a merchant says about a feed that the feed does not say itself."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tresen.kit.errors import Unprocessable


def as_it_is(data: dict[str, Any]) -> dict[str, Any]:
    return data


@dataclass(frozen=True)
class Options:
    """How to read a feed.

    `source` "" means: named after the file. `decimal` "" means: only unambiguous prices are taken.
    `format` "" means: found by name and content. `mapping` says our field -> their column, or their name in JSON.
    `amend` may change each raw row before it is checked. `at` is the instant for which sale prices are decided; its
    time zone, the shop's, is that of dates that name none.
    """

    source: str = ""
    currency: str = "EUR"
    price_unit: Literal["major", "minor"] = "major"
    decimal: Literal["", ",", "."] = ""
    tax_included: bool = True
    locale: str = "de"
    format: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    allow_shrink: bool = False
    dry_run: bool = False
    amend: Callable[[dict[str, Any]], dict[str, Any]] = as_it_is
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def read_mapping(told: str) -> dict[str, str]:
    """A column mapping from `title=Name,price=Preis` or from a TOML file of such lines.

    Raises:
        Unprocessable: it is neither.
    """
    if not told.strip():
        return {}
    if told.lower().endswith(".toml"):
        return _from_toml(Path(told))
    pairs = [pair.partition("=") for pair in told.split(",")]
    if any(not (key.strip() and equals and header.strip()) for key, equals, header in pairs):
        raise _unclear(f"The column mapping {told!r} cannot be read.")
    return {key.strip(): header.strip() for key, _, header in pairs}


def _from_toml(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _unclear(f"The column mapping {path} cannot be opened.") from error
    except ValueError as error:
        raise _unclear(f"The column mapping {path} is not TOML: {error}.") from error
    columns = table.get("columns", table)
    if not isinstance(columns, dict) or not all(isinstance(header, str) for header in columns.values()):
        raise _unclear(f'The column mapping {path} may only have lines like title = "Name".')
    return dict(columns)


def _unclear(say: str) -> Unprocessable:
    hint = 'write --map title=Name,price=Preis, or a TOML file with lines like price = "Preis"'
    return Unprocessable(say, code="bad_mapping", hint=hint)
