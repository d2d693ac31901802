"""Recipes: what several methods do together.

`demo.py` takes one network through all three, on real MNIST. `orders.py` distils, prunes and quantizes one network in
any order, `budgets.py` says what fits into so many bytes, so that the results can be compared.
`teaching.py` is the loop in which a student learns.
"""
