"""Reader of TOML on every supported Python: `tomllib` since 3.11, before that `tomli`, which is the same parser."""

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["read_toml"]


def read_toml(path):
    """Parse a TOML file; a syntax error becomes a ValueError that names the file."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: not valid TOML: {error}") from error
