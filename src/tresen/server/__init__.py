"""HTTP: thin endpoints over the use cases, streams that read the log, and the pages."""
