"""What models that attack have in common: they are given tools, reply at once, and keep what they were sent."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field, PrivateAttr

Args = dict[str, Any]


class Attacker(BaseChatModel):
    """`prompts` keeps what the model was sent: the words and the tools, as JSON."""

    prompts: list[str] = Field(default_factory=list)
    _known: dict[str, Args] = PrivateAttr(default_factory=dict)  # what binding has made of a tool; it takes long

    @property
    def _llm_type(self) -> str:
        return str(self.name)

    def answer(self, messages: list[BaseMessage], tools: list[Args]) -> AIMessage:
        """The next reply to these messages with these tools."""
        raise NotImplementedError

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=[self._described(tool) for tool in tools], **kwargs)

    def _described(self, tool: Any) -> Args:
        told = f"{getattr(tool, 'name', tool)} {getattr(tool, 'description', '')}"
        if told not in self._known:
            self._known[told] = convert_to_openai_tool(tool)
        return self._known[told]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        tools = kwargs.get("tools") or []
        self.prompts.append(json.dumps([[message.text for message in messages], tools], ensure_ascii=False))
        return ChatResult(generations=[ChatGeneration(message=self.answer(messages, tools))])
