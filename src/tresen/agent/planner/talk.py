"""Answers that need no tool: greetings, thanks, what the planner is, and what it does not do."""

from collections.abc import Callable

from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.view import Said, View


def saying(key: str, offers_human: bool = False) -> Callable[[Wish, View], Said]:
    """One sentence, whatever the wish says."""

    def answer(wish: Wish, view: View) -> Said:
        return Said(told(key, view.locale), offer=Wish("human", wish.texts) if offers_human else None)

    return answer
