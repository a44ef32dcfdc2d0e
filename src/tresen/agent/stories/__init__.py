"""Product stories: chosen facts, told for one shopper's use and values, each sentence traced."""

from tresen.agent.stories.telling import PLANNER, Stories, Story, Telling, words_on

__all__ = ["PLANNER", "Stories", "Story", "Telling", "words_on"]
