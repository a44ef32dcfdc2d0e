"""The fitted weights of the reranker: a default that ships with the package, or a shop's own from `tresen tune`."""

import json
import logging
from collections.abc import Mapping, Sequence
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
KINDS = ("own", "foreign")


@dataclass(frozen=True)
class Weights:
    """One weight per feature: `own` for queries in a language of the catalog, `foreign` for others."""

    own: Floats
    foreign: Floats

    def for_query(self, foreign: bool) -> Floats:
        return self.foreign if foreign else self.own


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


def save(path: Path, fitted: Mapping[str, Sequence[float]], note: str) -> None:
    """Write weights so that a reader sees the old or the new file, never half of one."""
    told = {kind: {name: round(float(x), 4) for name, x in zip(NAMES, fitted[kind], strict=True)} for kind in KINDS}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"note": note, **told}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    fresh.replace(path)


def _parse(text: str) -> Weights:
    told = json.loads(text)
    rows = [np.array([float(told[kind][name]) for name in NAMES], np.float32) for kind in KINDS]
    if not all(np.isfinite(row).all() for row in rows):
        raise ValueError("a weight is no number")
    return Weights(*rows)
