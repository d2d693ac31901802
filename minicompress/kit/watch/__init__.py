"""`minicompress watch`: `loop.py` grades a file at every save."""
