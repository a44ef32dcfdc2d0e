"""The log of a conversation and whose turn it is: no LLM, no HTTP, no shop."""
