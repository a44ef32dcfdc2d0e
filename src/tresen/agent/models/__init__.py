"""Asking models: the chain, its calls and faults, what they cost, and what a turn may take."""
