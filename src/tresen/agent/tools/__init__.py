"""The agent's tools, one per file; the file's name is the tool's name."""
