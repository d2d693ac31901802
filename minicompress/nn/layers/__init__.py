"""The layers, one kind per file. Several of them use `windows.py` and `initializers.py`."""
