"""What the mood asks of a reply: a note from the shop for the model, which the planner goes by as well."""

from tresen.agent.mood.reading import Level, Mood

SOUNDS = "The shopper sounds"
CALM_CARDS = 3  # products at once for somebody who is upset
_ADVICE = {
    Level.IMPATIENT: "impatient: answer first, in one or two short sentences, no introduction.",
    Level.UPSET: "upset: short and calm, no exclamation marks, no jokes; say sorry once, solve first, "
    f"at most {CALM_CARDS} products.",
    Level.ANGRY: "angry: short and calm, no exclamation marks, no jokes, no sales talk; say sorry once, "
    f"name the next step, at most {CALM_CARDS} products, offer a person.",
}


def advice(mood: Mood) -> str:
    """One line for the model; empty when the shopper is calm."""
    return f"{SOUNDS} {_ADVICE[mood.level]}" if mood.level else ""
