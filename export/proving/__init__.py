"""Whether a file answers as what it was made from: the ladder, its bounds, and what it is shown."""
