"""Vectors as bytes with a scale for each row, and the file beside a Chroma collection that is read at a start."""

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tresen.retrieval.documents import SCHEMA
from tresen.retrieval.encoders import Encoder

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]
log = logging.getLogger(__name__)

_ID = 40  # bytes of an id; ours have at most 20


@dataclass
class Pack:
    """Vectors of one collection in the order they were written: a quarter of their size, cosines a little rounded."""

    ids: list[str]
    bytes: Bytes
    scale: Floats


def packed(rows: Floats) -> tuple[Bytes, Floats]:
    """Vectors as bytes, and for each row what to multiply them by."""
    scale = np.abs(rows).max(axis=1, initial=0.0) / 127
    return np.rint(rows / np.maximum(scale, 1e-9)[:, None]).astype(np.int8), np.asarray(scale, np.float32)


class Packing:
    """Writes a pack batch by batch under another name; only a complete one is there to be read."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path = path
        self._encoder = encoder

    def add(self, ids: Sequence[str], rows: Floats) -> None:
        records = np.zeros(len(ids), _record(rows.shape[1]))
        records["id"] = [key.encode() for key in ids]
        records["bytes"], records["scale"] = packed(rows)
        with self._part.open("ab") as file:
            if not file.tell():
                file.write(_head(self._encoder, rows.shape[1]))
            file.write(records.tobytes())

    def finish(self) -> None:
        if self._part.exists():
            with self._part.open("rb") as file:
                os.fsync(file.fileno())
            self._part.replace(self._path)

    @property
    def _part(self) -> Path:
        return self._path.with_suffix(".part")


def read(path: Path, encoder: Encoder) -> Pack | None:
    """The pack of a finished build; None when there is none by this encoder that can be read."""
    try:
        with path.open("rb") as file:
            head = file.readline()
            dim = int(json.loads(head)["dim"])
            if head != _head(encoder, dim):
                return None
            records = np.memmap(path, _record(dim), "r", offset=len(head))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        log.warning("%s cannot be read, asking Chroma instead: %s", path, error)
        return None
    return Pack([key.decode() for key in records["id"].tolist()], records["bytes"], np.array(records["scale"]))


def _head(encoder: Encoder, dim: int) -> bytes:
    return json.dumps({"encoder": encoder.name, "schema": SCHEMA, "dim": dim}).encode() + b"\n"


def _record(dim: int) -> np.dtype[Any]:
    return np.dtype([("id", f"S{_ID}"), ("scale", "<f4"), ("bytes", "i1", (dim,))])
