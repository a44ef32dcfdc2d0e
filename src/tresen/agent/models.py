"""The model chain: what the settings name, then their fallbacks, then the planner. No key: the planner is the model."""

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tresen.agent.planner.model import Planner

RETRIES = 1


def chain(names: Sequence[str], key: SecretStr, base_url: str, timeout: float, http: Any = None) -> list[BaseChatModel]:
    """The models to ask, in order.

    Args:
        names: model names; the empty ones are left out.
        timeout: seconds for one call and for the longest silence within a stream.
        http: an async HTTP client of our own: the SDK's default one is shared across event loops and breaks there.
    """
    wanted = [name for name in names if name]
    if not key.get_secret_value() and not base_url:
        wanted = []
    models: list[BaseChatModel] = [
        ChatOpenAI(
            model=name,
            api_key=key if key.get_secret_value() else SecretStr("none"),
            base_url=base_url or None,
            timeout=timeout,
            stream_chunk_timeout=timeout,
            max_retries=RETRIES,
            stream_usage=True,
            streaming=True,
            http_async_client=http,
        )
        for name in wanted
    ]
    return [*models, Planner()]
