"""The commerce domain in plain Python: no LLM, no HTTP, no channel."""
