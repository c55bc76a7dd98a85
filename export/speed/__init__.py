"""How fast, how large and how hungry files are, side by side."""
