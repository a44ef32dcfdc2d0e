"""Counting tokens with the models' own vocabulary, offline, and without it."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tresen.retrieval import tokens


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing loaded yet, an empty cache folder, and a network that says so when it is touched."""
    import tiktoken.registry

    def refused(*_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    tokens._load.cache_clear()
    yield tmp_path / "cache"
    tokens._load.cache_clear()


def test_counts_are_those_of_the_vocabulary(fresh: Path) -> None:
    assert tokens.active() == "o200k_base"
    assert tokens.count("Hello, world!") == 4
    assert tokens.count("") == 0
    assert tokens.count("<|endoftext|>") > 1


def test_a_wrong_file_in_the_cache_is_replaced_and_not_fetched(fresh: Path) -> None:
    fresh.mkdir()
    (fresh / tokens._CACHE_NAME).write_bytes(b"nonsense")
    assert tokens.active() == "o200k_base"


def test_an_unwritable_cache_folder_is_passed_over(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh.write_text("a file, no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert tokens.active() == "o200k_base"
    assert (tmp_path / "other" / "tresen" / "tiktoken" / tokens._CACHE_NAME).is_file()


def test_without_the_vocabulary_tokens_are_estimated(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_vocabulary", lambda: fresh / "missing.gz")
    assert tokens.active() == "estimate"
    assert tokens.count("Hello, world!") == tokens.estimate("Hello, world!") > 0


def test_a_vocabulary_with_another_content_is_not_used(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_is_right", lambda content: False)
    assert tokens.active() == "estimate"


def test_the_estimate_is_near_and_rather_high() -> None:
    tokens._load.cache_clear()
    texts = (
        "Unser Laden in Freiburg im Breisgau hat zwei Etagen: unten Radfahren, oben Laufen.",
        "If you are a consumer and order online or by phone, you may withdraw within 14 days.",
        '{"sku": "KK-SOCK-01-BLU-39", "price": "14.90", "stock": 18}',
    )
    for text in texts:
        assert 0.9 * tokens.count(text) <= tokens.estimate(text) <= 2 * tokens.count(text)


@given(st.text())
def test_any_text_can_be_counted(text: str) -> None:
    assert tokens.count(text) >= 0
    assert tokens.estimate(text) >= 0
