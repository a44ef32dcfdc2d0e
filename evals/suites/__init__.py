"""One folder per suite: `samples.jsonl` and a module with `task(talk)`; nothing is listed elsewhere."""
