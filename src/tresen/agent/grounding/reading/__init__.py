"""Reads figures, moments and names out of German and English prose; knows nothing of shops or models."""
