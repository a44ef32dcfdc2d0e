"""Conversations that a person has to take over, or must not have to: samples read without importing Inspect."""

from typing import Literal

from pydantic import BaseModel

from evals.labels import suites


class Expected(BaseModel, frozen=True, extra="forbid"):
    """Whether a person has the conversation after the last turn, and why that is so."""

    handover: bool
    reason: str = ""


class Call(BaseModel, frozen=True, extra="forbid"):
    id: str
    locale: Literal["de", "en"]
    turns: tuple[str, ...]
    expect: Expected
    why: str


def read_calls(suite: str) -> list[Call]:
    """The samples of a suite in the order of the file; pydantic.ValidationError on a bad line."""
    lines = suites()[suite].joinpath("samples.jsonl").read_text(encoding="utf-8").splitlines()
    return [Call.model_validate_json(line) for line in lines]
