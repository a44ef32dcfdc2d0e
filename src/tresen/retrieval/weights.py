"""The fitted weights of the reranker: a default that ships with the package, or a shop's own from `tresen tune`."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval.features import NAMES

Floats = NDArray[np.float32]
log = logging.getLogger(__name__)

FILE = "ranking.json"  # in the shop's folder
Kind = str
KINDS: tuple[Kind, ...] = ("english", "own", "foreign", "english_bare", "own_bare", "foreign_bare")


@dataclass(frozen=True)
class Weights:
    """One weight per feature for each kind of query.

    `english`: compared by the English encoder; `own`: in a language of the catalog; `foreign`: in another one. The same
    with `_bare` for catalogs of names alone, where no text beside the name can tell what a product is.
    """

    of: Mapping[Kind, Floats]


@cache
def default() -> Weights:
    return _parse((files("tresen.retrieval") / "weights.json").read_text("utf-8"))


def load(folder: Path) -> Weights:
    """The shop's own weights if it has tuned them, else the default; a file that does not fit is left aside."""
    path = folder / FILE
    if not path.is_file():
        return default()
    try:
        return _parse(path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s does not fit this version, using the default ranking: %s", path, error)
        return default()


def save(path: Path, fitted: Weights, note: str) -> None:
    """Write weights so that a reader sees the old or the new file, never half of one."""
    rows = {kind: zip(NAMES, fitted.of[kind], strict=True) for kind in KINDS}
    told = {kind: {name: round(float(weight), 4) for name, weight in row} for kind, row in rows.items()}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"note": note, **told}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    fresh.replace(path)


def _parse(text: str) -> Weights:
    told = json.loads(text)
    rows = {kind: np.array([float(told[kind][name]) for name in NAMES], np.float32) for kind in KINDS}
    if not all(np.isfinite(row).all() for row in rows.values()):
        raise ValueError("a weight is no number")
    return Weights(rows)
