"""Recipes: what several methods do together. `demo.py` takes one network through all three, on real MNIST."""
