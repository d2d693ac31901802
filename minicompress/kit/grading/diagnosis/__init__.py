"""Diagnosis of a failed check: which known mistake explains it, which pattern, which smallest call."""
