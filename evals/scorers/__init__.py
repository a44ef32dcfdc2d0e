"""One scorer per file, file name = scorer name; a scorer answers None where a sample asks nothing of it."""
