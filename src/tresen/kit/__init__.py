"""What every package stands on; knows nothing of shopping."""
