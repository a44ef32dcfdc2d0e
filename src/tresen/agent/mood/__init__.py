"""The shopper's mood: the tone it asks for, and when it needs a person. By rules, in German and English."""

from tresen.agent.mood.alarms import Reason, alarm
from tresen.agent.mood.handing_over import case, goal, hand_over
from tresen.agent.mood.reading import Level, Mood, read, signs_in
from tresen.agent.mood.tone import CALM_CARDS, SOUNDS, advice

__all__ = [
    "CALM_CARDS", "SOUNDS", "Level", "Mood", "Reason", "advice", "alarm", "case", "goal", "hand_over", "read",
    "signs_in",
]  # fmt: skip
