"""The planner as a LangChain chat model: offline, deterministic, the same for every caller."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCall, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from tresen.agent.planner.decide import Calls, Say, decide, read

PIECE = 24  # letters of arguments in one chunk
_WORDS = re.compile(r"\s*\S+\s*")


class Planner(BaseChatModel):
    """Finds, advises, fills the cart, quotes the shop's documents and hands over, by rules and vocabularies."""

    name: str | None = "planner"

    @property
    def _llm_type(self) -> str:
        return "planner"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": "planner"}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=reply(messages, kwargs.get("tools") or ()))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in pieces(reply(messages, kwargs.get("tools") or ())):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in pieces(reply(messages, kwargs.get("tools") or ())):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def reply(messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]]) -> AIMessage:
    """The whole answer to a list of messages."""
    step = decide(read(messages, tools))
    said = step.text if isinstance(step, Say) else ""
    calls = _calls(step, len(messages)) if isinstance(step, Calls) else []
    return AIMessage(
        said,
        tool_calls=calls,
        usage_metadata=_usage(messages, said, calls),
        response_metadata={"finish_reason": "tool_calls" if calls else "stop", "model_name": "planner"},
    )


def pieces(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    """A message as a stream: words, then tool calls in pieces, then usage on the last chunk."""
    for words in _WORDS.findall(message.text):
        yield ChatGenerationChunk(message=AIMessageChunk(content=words))
    for index, call in enumerate(message.tool_calls):
        yield _chunk(call["name"], "", call["id"], index)
        args = json.dumps(call["args"], ensure_ascii=False)
        for start in range(0, len(args), PIECE):
            yield _chunk(None, args[start : start + PIECE], None, index)
    end = AIMessageChunk(
        content="",
        usage_metadata=message.usage_metadata,
        response_metadata=message.response_metadata,
        chunk_position="last",
    )
    yield ChatGenerationChunk(message=end)


def _chunk(name: str | None, args: str, call_id: str | None, index: int) -> ChatGenerationChunk:
    piece = tool_call_chunk(name=name, args=args, id=call_id, index=index)
    return ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[piece]))


def _calls(step: Calls, place: int) -> list[ToolCall]:
    """Ids are made from the call and its place in the conversation: the same input gives the same message."""
    return [
        ToolCall(name=call.name, args=dict(call.args), type="tool_call", id=_id(f"{place} {call.key}"))
        for call in step.calls
    ]


def _id(seed: str) -> str:
    return f"call_{hashlib.sha256(seed.encode()).hexdigest()[:20]}"


def _usage(messages: Sequence[BaseMessage], said: str, calls: list[ToolCall]) -> UsageMetadata:
    """About four letters to a token."""
    read_tokens = sum(len(message.text) for message in messages) // 4 + 1
    written = (len(said) + sum(len(str(call["args"])) + len(call["name"]) for call in calls)) // 4 + 1
    return UsageMetadata(input_tokens=read_tokens, output_tokens=written, total_tokens=read_tokens + written)
