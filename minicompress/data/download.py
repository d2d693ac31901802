"""Download of a file from several mirrors, verified by its md5.

    cached file with the right md5    use it, without network
    else, for each mirror             download to a temporary file; if the md5 is right, rename it to the target
    all mirrors failed                raise one error with the failure of each mirror; no file is left behind

The md5, which the authors of the data sets publish, protects against damage, not against malice.

Left out: resuming (the largest file has 26 MB), parallel downloads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from minicompress._base.arguments import number, reject
from minicompress._base.files import replace_atomically
from minicompress.data.idx import read_idx

__all__ = ["fetch", "fetch_idx"]

_CHUNK_BYTES = 1 << 16


def fetch(
    file_name: str,
    mirrors: Sequence[str],
    md5: str,
    *,
    cache: str | Path | None = None,
    progress: bool | None = None,
    timeout: float = 30.0,
) -> Path:
    """Return the path of a file in the user's cache; download it first if it is missing or damaged.

    Parameters
    ----------
    file_name : name of the file on the mirrors.
    mirrors : addresses (http or https) of the folders that have it, tried in this order.
    md5 : 32 hexadecimal digits, of the file as the mirrors serve it (the .gz, not its content).
    cache : folder; by default the environment variable MINICOMPRESS_CACHE, else the usual cache folder of this system.
    progress : whether to show a progress bar on stderr; by default only if stderr is a terminal.
    timeout : seconds without an answer after which the next mirror is tried.

    Returns
    -------
    pathlib.Path; the name begins with the first digits of the md5, since different sets use the same file names.

    Raises
    ------
    ValueError for a wrong argument; OSError, with the failure of each mirror, if no mirror delivers the file.

    >>> fetch("a/b", ["https://example.org"], "0" * 32)
    Traceback (most recent call last):
        ...
    ValueError: fetch: file_name must be the bare name of a file, got 'a/b'
    """
    mirrors = _check_arguments(file_name, mirrors, md5)
    timeout = number("fetch", "timeout", timeout, low=0, open_low=True)
    path = _cache_folder(cache) / f"{md5.lower()[:8]}-{file_name}"
    said = []
    if path.is_file():
        if (got := _md5(path)) == md5.lower():
            return path
        said.append(f"{path}: the cached copy was damaged (md5 {got})")
        path.unlink(missing_ok=True)
    with replace_atomically(path) as temporary:
        for mirror in mirrors:
            url = f"{mirror.rstrip('/')}/{file_name}"
            fault = _download(url, temporary, md5.lower(), progress, timeout)
            if fault is None:
                return path
            said.append(f"{url}: {fault}")
        raise OSError(
            f"fetch: no mirror delivered {file_name} (md5 {md5.lower()}):\n  "
            + "\n  ".join(said)
            + f"\nIf you have the file from elsewhere, save it as {path}"
        )


def fetch_idx(
    file_name: str,
    mirrors: Sequence[str],
    md5: str,
    *,
    cache: str | Path | None = None,
    progress: bool | None = None,
    timeout: float = 30.0,
) -> np.ndarray:
    """Download an idx or idx.gz file as `fetch` does, and return its array.

    Use it for other sets in this format, such as Kuzushiji-MNIST or EMNIST.

    >>> fetch_idx("a/b", ["https://example.org"], "0" * 32)
    Traceback (most recent call last):
        ...
    ValueError: fetch: file_name must be the bare name of a file, got 'a/b'
    """
    return read_idx(fetch(file_name, mirrors, md5, cache=cache, progress=progress, timeout=timeout))


def _check_arguments(file_name, mirrors, md5):
    if not isinstance(file_name, str) or not file_name or re.search(r"[/\\:]", file_name):
        reject("fetch", "file_name", "the bare name of a file", file_name)
    if isinstance(mirrors, str):
        reject("fetch", "mirrors", "a list of addresses", mirrors)
    mirrors = list(mirrors)
    if not mirrors or not all(isinstance(mirror, str) and re.match("https?://.", mirror) for mirror in mirrors):
        reject("fetch", "mirrors", "one or more addresses that begin with http:// or https://", mirrors)
    if not isinstance(md5, str) or not re.fullmatch("[0-9a-fA-F]{32}", md5):
        reject("fetch", "md5", "32 hexadecimal digits", md5)
    return mirrors


def _cache_folder(cache):
    if cache is None:
        cache = os.environ.get("MINICOMPRESS_CACHE")
    if not cache:  # an empty variable counts as not set
        import pooch

        cache = pooch.os_cache("minicompress")
    return Path(cache).expanduser()


def _md5(path):
    with open(path, "rb") as file:
        md5 = hashlib.md5(usedforsecurity=False)
        while chunk := file.read(_CHUNK_BYTES):
            md5.update(chunk)
    return md5.hexdigest()


def _download(url, target, md5, progress, timeout):
    """Download `url` into `target`; return None if its md5 is right, else a sentence on what went wrong."""
    import pooch  # late, because it is slow to import and most users never download

    if progress is None:
        progress = sys.stderr is not None and sys.stderr.isatty()
    # "identity": if a server declares a .gz file as an encoding, the client would unpack it, and the md5 would differ.
    headers = {"Accept-Encoding": "identity"}
    try:
        with _Bar(url) if progress else contextlib.nullcontext(False) as bar:
            download = pooch.HTTPDownloader(bar, _CHUNK_BYTES, timeout=timeout, headers=headers)
            download(url, str(target), None)
    except (OSError, ValueError) as error:  # requests raises OSError; an invalid Content-Length raises ValueError
        return f"{type(error).__name__}: {error}"
    if (got := _md5(target)) != md5:
        return f"what came is damaged: {target.stat().st_size:,} bytes with md5 {got}"
    return None


class _Bar:
    """A progress bar of rich with the interface that pooch expects: total, update, reset, close."""

    def __init__(self, url):
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._task = self._progress.add_task(url.rpartition("/")[2], total=None)

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *failure):
        self._progress.stop()

    @property
    def total(self):
        return self._progress.tasks[0].total

    @total.setter
    def total(self, size_bytes):
        self._progress.update(self._task, total=size_bytes or None)  # pooch passes 0 if the server gives no size

    def update(self, size_bytes):
        self._progress.advance(self._task, size_bytes)

    def reset(self):
        self._progress.update(self._task, completed=0)

    def close(self):
        self._progress.stop()
