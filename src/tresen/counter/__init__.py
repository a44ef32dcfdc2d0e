"""The counter: one function per use case, one transaction each, where the shop meets the conversation."""
