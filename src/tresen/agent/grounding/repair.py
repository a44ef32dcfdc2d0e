"""The words that ask the model to mend a reply whose claims could not be traced."""

from collections.abc import Sequence

from tresen.agent.grounding.checking import Finding

_ASK = (
    "The shop's facts do not bear out all of your reply. Write it again for the shopper: same language, no comment on "
    "the change. Leave out what is named here, or say what the facts say. Add nothing new.\n"
)
_MOST = 8


def complaints(findings: Sequence[Finding]) -> str:
    """One line for each claim: where it stands, why it cannot be said, and the fact that fits, if one does."""
    lines = []
    for finding in list(dict.fromkeys(findings))[:_MOST]:
        instead = f" The fact is: {finding.instead}." if finding.instead else ""
        lines.append(f'- "{finding.said}" in "{finding.sentence}": {finding.why}.{instead}')
    return _ASK + "\n".join(lines)
