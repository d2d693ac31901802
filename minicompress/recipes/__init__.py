"""Recipes: several methods combined on one network.

- `teaching.py`: the loop that trains a student for several epochs
- `orders.py`: distils, prunes and quantizes one network in any order
- `budgets.py`: how large a network may be for a given number of bytes, so that results can be compared
- `demo.py`: the demo on real MNIST; `demo_record.py` measures and writes its rows
"""
