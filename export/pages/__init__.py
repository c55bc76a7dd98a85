"""Writes what people read, README and docs/, from the records."""
