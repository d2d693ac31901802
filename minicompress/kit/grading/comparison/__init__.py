"""Comparison of what an answer returned with what was expected, and the words for a difference."""
