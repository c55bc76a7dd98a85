"""How many pictures a second `digits read` reads, beside the barest loop on the same cores."""
