"""Figures: `plots.py` draws accuracy against size, `curves.py` bands along a curve, `intervals.py` rows of ranges.

`labels.py` places the names of points so that they cover nothing. None of them imports a numeric room.
"""
