"""`digits read` on many pictures: what is named, read by processes side by side, written as it goes.

It belongs to the ground floor: no torch, and no model either, for how pictures are read is handed in.
"""
