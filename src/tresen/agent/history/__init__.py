"""The log as the model reads it: a view in chat messages, cut to a budget, with what is older summed up."""

from tresen.agent.history.view import BUDGET, CUT, SHOP, SUMMARY, messages

__all__ = ["BUDGET", "CUT", "SHOP", "SUMMARY", "messages"]
