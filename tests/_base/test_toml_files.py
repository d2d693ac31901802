"""TOML is read as UTF-8, and a file that is not TOML is named."""

import pytest

from minicompress._base.toml_files import read_toml


def test_values_are_read_as_utf8(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('[one]\ntext = "剪枝"\nn = 3\n', encoding="utf-8")
    assert read_toml(path) == {"one": {"text": "剪枝", "n": 3}}


def test_a_syntax_error_names_the_file(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("= 3", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.toml: not valid TOML"):
        read_toml(path)
