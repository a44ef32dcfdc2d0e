"""The model chain: what the settings name, then their fallbacks, then the planner. No key: the planner is the model."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from openai import DefaultAsyncHttpxClient
from pydantic import SecretStr

from tresen.agent.models.replies import Incomplete
from tresen.agent.planner.model import Planner


class StrictChatOpenAI(ChatOpenAI):
    """Takes a tool's arguments as they are: LangChain would close what is cut off, and ten pieces might become one."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        said: defaultdict[Any, str] = defaultdict(str)
        finished = False
        async for chunk in super()._astream(*args, **kwargs):
            for piece in getattr(chunk.message, "tool_call_chunks", ()):
                said[piece["index"]] += piece["args"] or ""
            finished = finished or bool((chunk.generation_info or {}).get("finish_reason"))
            yield chunk
        if finished and not all(_is_json(each) for each in said.values()):
            raise Incomplete("the arguments of a tool call are no JSON")


def _is_json(text: str) -> bool:
    try:
        json.loads(text or "{}", strict=False)
    except ValueError:
        return False
    return True


def client() -> Any:
    """An HTTP client for one event loop; whoever asks for it closes it."""
    return DefaultAsyncHttpxClient()


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
        StrictChatOpenAI(
            model=name,
            api_key=key if key.get_secret_value() else SecretStr("none"),
            base_url=base_url or None,
            timeout=timeout,
            stream_chunk_timeout=timeout,
            max_retries=0,  # we ask again ourselves: within the turn's time, and only where it helps
            stream_usage=True,
            streaming=True,
            http_async_client=http,
        )
        for name in wanted
    ]
    return [*models, Planner()]
