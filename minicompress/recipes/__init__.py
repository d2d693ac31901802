"""Recipes: several methods combined on one network.

- `teaching.py`: trains a student for several epochs
- `orders.py`: distils, prunes and quantizes one network in any order
- `budgets.py`: finds the network or the number of weights that fits a given number of bytes
- `demo.py`: runs the demo on MNIST
- `demo_record.py`: measures each model of the demo and writes the table, the JSON file and the picture
"""
