"""Tresen: a shopping companion for shops."""

__version__ = "0.1.0"
