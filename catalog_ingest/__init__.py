"""Reads catalogs and policy documents into the shop: read, normalise, check, save, index."""
