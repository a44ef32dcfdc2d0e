"""On what terms models are asked: what they cost and may cost, what a turn may take, and who is down."""

from dataclasses import dataclass, field

from tresen.agent.models.breaker import Breakers
from tresen.agent.models.budget import Limits
from tresen.agent.models.pricing import Purse


@dataclass
class Terms:
    purse: Purse = field(default_factory=Purse)
    limits: Limits = field(default_factory=Limits)
    breakers: Breakers = field(default_factory=Breakers)
