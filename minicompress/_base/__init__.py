"""Code that all packages here share: argument checks, atomic files, archives, sizes, random streams, tables, TOML.

It imports nothing else of `minicompress`.
"""
