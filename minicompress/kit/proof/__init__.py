"""Proof of the graders: `verification.py` runs known answers, mutants of the solution and careless habits."""
