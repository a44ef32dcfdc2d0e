"""Answers that need no tool: greetings, thanks, what the planner is, and what it does not do."""

from collections.abc import Callable

from tresen.agent.mood import SOUNDS
from tresen.agent.planner.memory import Wish
from tresen.agent.planner.phrasing import told
from tresen.agent.planner.view import Said, View
from tresen.kit.words import maybe


def saying(key: str, offers_human: bool = False) -> Callable[[Wish, View], Said]:
    """One sentence, whatever the wish says; a soberer one for somebody who is not in the mood for cheer."""

    def answer(wish: Wish, view: View) -> Said:
        sober = any(note.startswith(SOUNDS) for note in view.turn.notes) and maybe(f"planner-{key}-sober", view.locale)
        return Said(sober or told(key, view.locale), offer=Wish("human", wish.texts) if offers_human else None)

    return answer
