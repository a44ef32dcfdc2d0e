"""Grounding: what a reply claims is traced to facts, or set right, or not said."""

from tresen.agent.grounding.checking import Finding, Settled, barren, check, settle

__all__ = ["Finding", "Settled", "barren", "check", "settle"]
