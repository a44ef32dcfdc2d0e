"""Attacks on a copy of the demo shop, each played twice: with what was planted, and without it."""
