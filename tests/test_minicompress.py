"""The package: `import minicompress` gives every room at its first use, and names what is no room."""

import importlib.resources

import pytest

import minicompress


@pytest.mark.parametrize("name", minicompress.__all__)
def test_every_room_is_an_attribute_of_the_package(name):
    assert getattr(minicompress, name) is importlib.import_module(f"minicompress.{name}")
    assert name in dir(minicompress)


def test_a_name_that_is_no_room_is_refused_by_its_name():
    with pytest.raises(AttributeError, match="module 'minicompress' has no attribute 'prunning'"):
        _ = minicompress.prunning


def test_every_folder_with_code_is_a_room_or_private():
    folders = {path.parent.name for path in importlib.resources.files("minicompress").glob("*/__init__.py")}
    assert {name for name in folders if not name.startswith("_")} == set(minicompress.__all__)
