"""What every file may lack: existence, or words for its TODOs."""

from minicompress.kit.development.lack import Lack, read_text, unwritten


def test_a_missing_file_and_one_with_todos_lack_something_and_a_written_one_nothing(tmp_path):
    missing, begun, written = (tmp_path / name for name in ("missing.py", "begun.py", "written.py"))
    begun.write_text("x = 1\n# TODO: y\n# TODO: z\n", encoding="utf-8")
    written.write_text("x = 1\n", encoding="utf-8")
    assert unwritten([missing, begun, written], "minicompress dev study widths") == [
        Lack(missing, "dev_no_file", {"command": "minicompress dev study widths"}),
        Lack(begun, "dev_todo", {"count": 2, "line": 2}),
    ]


def test_a_file_that_is_no_text_reads_as_none(tmp_path):
    (tmp_path / "bytes.md").write_bytes(b"\xff\xfe\xff")
    assert read_text(tmp_path / "bytes.md") is None
    assert read_text(tmp_path) is None
