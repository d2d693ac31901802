"""The verified download, against a server on this machine that serves well, cut short, damaged, late or not at all."""

import contextlib
import dataclasses
import hashlib
import http.server
import re
import socket
import threading
import time

import numpy as np
import pytest

from minicompress.data import DATASETS, fetch, fetch_idx, load

CONTENT = np.random.default_rng(0).bytes(200_000)


def md5_of(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


MD5 = md5_of(CONTENT)


class Server(http.server.ThreadingHTTPServer):
    """Serves `files` (by path) as the path's first folder says: /good/, /truncated/, /corrupted/ and so on."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {"x.bin": CONTENT}
        self.requests = []
        self.closing = threading.Event()

    def mirror(self, manner):
        return f"http://127.0.0.1:{self.server_port}/{manner}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        _, manner, name = self.path.split("/")
        content = self.server.files.get(name)
        if manner == "missing" or content is None:
            self.send_error(404)
            return
        if manner == "stalled":
            self.server.closing.wait(20)
            return
        self.send_response(200)
        if manner == "encoded" and "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
        if manner == "senseless":
            self.send_header("Content-Length", "many")
        elif manner != "truncated_unannounced":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if manner.startswith("truncated"):
            content = content[: len(content) // 2]
        if manner == "corrupted":
            content = content[:-1] + bytes([content[-1] ^ 1])
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    for name in ("no_proxy", "NO_PROXY"):  # a proxy of the user's would not find the server
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("MINICOMPRESS_CACHE", str(tmp_path / "elsewhere"))  # never the user's own, whatever breaks
    with Server() as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join(10)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def fetch_from(server, *manners, cache, **options):
    return fetch("x.bin", [server.mirror(manner) for manner in manners], MD5, cache=cache, **options)


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_good_file_arrives_whole_and_alone(server, cache):
    path = fetch_from(server, "good", cache=cache)
    assert path.read_bytes() == CONTENT
    assert files_in(cache) == [path.name] == [f"{MD5[:8]}-x.bin"]


def test_second_fetch_asks_no_one(server, cache):
    first = fetch_from(server, "good", cache=cache)
    assert fetch_from(server, "good", cache=cache) == first
    assert server.requests == ["/good/x.bin"]


@pytest.mark.parametrize("bad", ["truncated", "truncated_unannounced", "corrupted", "missing", "senseless"])
def test_next_mirror_is_asked_when_one_fails(server, cache, bad):
    path = fetch_from(server, bad, "good", "corrupted", cache=cache)
    assert path.read_bytes() == CONTENT
    assert server.requests == [f"/{bad}/x.bin", "/good/x.bin"]
    assert files_in(cache) == [path.name]


def test_next_mirror_is_asked_when_one_stalls(server, cache):
    start = time.monotonic()
    assert fetch_from(server, "stalled", "good", cache=cache, timeout=0.3).read_bytes() == CONTENT
    assert time.monotonic() - start < 10  # the server holds out for 20


def test_next_mirror_is_asked_when_no_one_listens(server, cache):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    mirrors = [f"http://127.0.0.1:{port}", server.mirror("good")]
    assert fetch("x.bin", mirrors, MD5, cache=cache).read_bytes() == CONTENT


def test_file_of_a_server_that_calls_gzip_an_encoding_is_not_unpacked(server, cache, to_gzip):
    server.files["x.gz"] = content = to_gzip(b"data" * 100)
    assert fetch("x.gz", [server.mirror("encoded")], md5_of(content), cache=cache).read_bytes() == content


def test_failure_names_every_mirror_and_what_it_said(server, cache):
    with pytest.raises(OSError) as caught:
        fetch_from(server, "missing", "corrupted", "truncated_unannounced", cache=cache)
    first, missing, corrupted, truncated, last = str(caught.value).splitlines()
    assert first == f"fetch: no mirror delivered x.bin (md5 {MD5}):"
    assert missing.startswith(f"  {server.mirror('missing')}/x.bin: HTTPError: 404")
    assert corrupted.startswith(f"  {server.mirror('corrupted')}/x.bin: what came is damaged: 200,000 bytes with md5 ")
    assert truncated.startswith(f"  {server.mirror('truncated_unannounced')}/x.bin: what came is damaged: 100,000 byt")
    assert last == f"If you have the file from elsewhere, save it as {cache / f'{MD5[:8]}-x.bin'}"


@pytest.mark.parametrize("bad", ["truncated", "truncated_unannounced", "corrupted", "missing"])
def test_failure_leaves_nothing_in_the_cache(server, cache, bad):
    with pytest.raises(OSError, match="no mirror delivered"):
        fetch_from(server, bad, cache=cache)
    assert files_in(cache) == []


def test_interruption_leaves_nothing_in_the_cache(server, cache, monkeypatch):
    import pooch

    def half(downloader, url, output_file, *arguments):
        with open(output_file, "wb") as file:
            file.write(CONTENT[:1000])
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", half)
    with pytest.raises(KeyboardInterrupt):
        fetch_from(server, "good", cache=cache)
    assert files_in(cache) == []


def test_damaged_cached_file_is_fetched_again(server, cache):
    path = fetch_from(server, "good", cache=cache)
    path.write_bytes(CONTENT[:-1])
    assert fetch_from(server, "good", cache=cache) == path
    assert path.read_bytes() == CONTENT
    assert len(server.requests) == 2


def test_damaged_cached_file_is_gone_and_named_when_no_mirror_delivers(server, cache):
    path = fetch_from(server, "good", cache=cache)
    path.write_bytes(b"damaged")
    with pytest.raises(OSError, match=re.escape(f"{path}: the cached copy was damaged (md5 {md5_of(b'damaged')})")):
        fetch_from(server, "missing", cache=cache)
    assert files_in(cache) == []


def test_file_saved_by_hand_where_the_error_says_is_taken(server, cache):
    with pytest.raises(OSError) as caught:
        fetch_from(server, "missing", cache=cache)
    place = str(caught.value).rpartition("save it as ")[2]
    cache.mkdir(exist_ok=True)
    with open(place, "wb") as file:
        file.write(CONTENT)
    assert str(fetch_from(server, "missing", cache=cache)) == place


def test_sets_with_the_same_file_names_do_not_meet_in_the_cache(server, cache):
    first = fetch_from(server, "good", cache=cache)
    server.files["x.bin"] = b"another set"
    second = fetch("x.bin", [server.mirror("good")], md5_of(b"another set"), cache=cache)
    assert first.read_bytes() == CONTENT
    assert second.read_bytes() == b"another set"


def test_environment_names_the_cache_and_the_argument_wins(server, tmp_path, monkeypatch):
    monkeypatch.setenv("MINICOMPRESS_CACHE", str(tmp_path / "environment"))
    assert fetch_from(server, "good", cache=None).parent == tmp_path / "environment"
    assert fetch_from(server, "good", cache=tmp_path / "argument").parent == tmp_path / "argument"


def test_without_either_the_cache_is_the_usual_place(server, tmp_path, monkeypatch):
    import pooch

    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "usual" / project)
    monkeypatch.setenv("MINICOMPRESS_CACHE", "")
    assert fetch_from(server, "good", cache=None).parent == tmp_path / "usual" / "minicompress"


def test_upper_case_md5_is_the_same_md5(server, cache):
    path = fetch("x.bin", [server.mirror("good") + "/"], MD5.upper(), cache=cache)
    assert path == fetch_from(server, "good", cache=cache)
    assert len(server.requests) == 1


def test_bar_shows_the_file_on_stderr_when_asked(server, cache, capsys):
    fetch_from(server, "good", cache=cache, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "x.bin" in err
    assert "200.0/200.0 kB" in err


@pytest.mark.parametrize("terminal", [False, True])
def test_bar_is_shown_by_default_only_in_a_terminal(server, cache, capsys, monkeypatch, terminal):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    fetch_from(server, "good", cache=cache)
    assert ("x.bin" in capsys.readouterr().err) == terminal


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("file_name", "../x.bin", "fetch: file_name must be the bare name of a file, got '../x.bin'"),
        ("file_name", "", "fetch: file_name must be the bare name of a file, got ''"),
        ("mirrors", "http://a", "fetch: mirrors must be a list of addresses, got 'http://a'"),
        ("mirrors", [], "fetch: mirrors must be one or more addresses that begin with http:// or https://, got []"),
        ("mirrors", ["ftp://a"], "fetch: mirrors must be one or more addresses that begin with http:// or https://"),
        ("md5", MD5[1:], f"fetch: md5 must be 32 hexadecimal digits, got '{MD5[1:]}'"),
        ("md5", None, "fetch: md5 must be 32 hexadecimal digits, got None"),
        ("timeout", 0, "fetch: timeout must be a finite number > 0, got 0"),
    ],
)
def test_wrong_argument_is_refused(cache, argument, value, message):
    arguments = {"file_name": "x.bin", "mirrors": ["http://127.0.0.1:9"], "md5": MD5, "cache": cache, argument: value}
    with pytest.raises(ValueError, match=re.escape(message)):
        fetch(**arguments)
    assert not cache.exists()


def test_fetch_idx_reads_what_it_fetched(server, cache, to_idx, to_gzip):
    right = np.arange(12, dtype=np.int16).reshape(3, 4)
    server.files["set.gz"] = content = to_gzip(to_idx(right))
    x = fetch_idx("set.gz", [server.mirror("missing"), server.mirror("good")], md5_of(content), cache=cache)
    np.testing.assert_array_equal(x, right, strict=True)


def test_set_that_is_not_bundled_is_loaded_through_its_mirrors(server, cache, monkeypatch, to_idx, to_gzip):
    arrays = (
        np.full((3, 28, 28), 51, np.uint8),  # 51 / 255 = 1/5
        np.array([0, 9, 4], np.uint8),
        np.zeros((2, 28, 28), np.uint8),
        np.array([1, 2], np.uint8),
    )
    files = []
    for file, array in zip(DATASETS["fashion_mnist"].files, arrays, strict=True):
        server.files[file.name] = to_gzip(to_idx(array))
        files.append(dataclasses.replace(file, gzip_md5=md5_of(server.files[file.name])))
    mirrors = (server.mirror("missing"), server.mirror("good"))
    small = dataclasses.replace(
        DATASETS["fashion_mnist"], files=tuple(files), mirrors=mirrors, train_count=3, test_count=2
    )
    monkeypatch.setitem(DATASETS, "fashion_mnist", small)
    for _ in range(2):
        x_train, y_train, x_test, y_test = load("fashion_mnist", cache=cache)
        assert x_train.shape == (3, 1, 28, 28)
        assert (x_train == np.float32(0.2)).all()
        assert (x_test == 0).all()
        assert y_train.tolist() == [0, 9, 4]
        assert y_test.tolist() == [1, 2]
    assert len(server.requests) == 8  # four files, two mirrors, and nothing the second time
    assert len(files_in(cache)) == 4


def test_catalogue_can_fetch_what_it_does_not_bundle():
    for file in DATASETS["fashion_mnist"].files:
        assert re.fullmatch("[0-9a-f]{32}", file.gzip_md5)
    assert len(DATASETS["fashion_mnist"].mirrors) >= 2
