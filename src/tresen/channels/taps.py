"""What a button carries across a network and back: an action in full, or the words it says."""

from dataclasses import dataclass

from tresen.conversation.parts import Action, Part, Text


@dataclass(frozen=True)
class Button:
    """Without an action, a tap says the label; with a `url` it opens that page and tells us nothing."""

    label: str
    action: Action | None = None
    url: str = ""


def payload(button: Button, number: int, most: int) -> str:
    """The button in at most so many UTF-8 bytes; `number` keeps payloads of one message apart.

    `a<number>|name|quantity|target` or `t<number>|words`. An action that does not fit is said instead.
    """
    action = button.action
    if action is not None and "|" not in action.name:
        quantity = "" if action.quantity is None else action.quantity
        packed = f"a{number}|{action.name}|{quantity}|{action.target}"
        if len(packed.encode()) <= most:
            return packed
    return f"t{number}|{button.label}".encode()[:most].decode(errors="ignore")


def tapped(data: str, label: str) -> Part:
    """What a tap means; `label` is what the shopper saw on the button, as far as the network tells."""
    kind, _, rest = data.partition("|")
    match kind[:1], rest.split("|", 2):
        case "a", [name, quantity, target] if name and (not quantity or quantity.isdecimal()):
            return Action(name, target, int(quantity) if quantity else None, label or name)
        case "t", _ if rest:
            return Text(max(rest, label, key=len))
    return Text(label or data)
