"""The LLM responder: imports LangChain, answers from the log, acts only through the counter."""
