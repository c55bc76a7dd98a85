"""Graphs: written, in other operator sets, sizes and precisions."""
