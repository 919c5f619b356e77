"""What is put in place is put there whole, and what stood there is kept where that fails."""

import re
from pathlib import Path

import pytest

from converter.errors import OutputError, UsageError
from converter.placing import absolute, place, target_for


@pytest.fixture
def made(tmp_path):
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "m").write_text("new")
    return tmp_path / "worker" / "m"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "worker" / "b").mkdir(parents=True)
    (tmp_path / "worker" / "b" / "manifest.json").write_text("new")
    return tmp_path / "worker" / "b"


def test_a_file_is_moved_to_where_nothing_is(made, tmp_path):
    assert place(made, tmp_path / "m.onnx").read_text() == "new"
    assert {path.name for path in tmp_path.iterdir()} == {"worker", "m.onnx"}


def test_a_file_takes_the_place_of_a_file(made, tmp_path):
    (tmp_path / "m.onnx").write_text("old")
    assert place(made, tmp_path / "m.onnx").read_text() == "new"


def test_a_file_takes_the_place_of_a_link_and_not_of_what_it_leads_to(made, tmp_path):
    (tmp_path / "elsewhere").write_text("old")
    (tmp_path / "m.onnx").symlink_to(tmp_path / "elsewhere")
    place(made, tmp_path / "m.onnx")
    assert (tmp_path / "elsewhere").read_text() == "old"
    assert not (tmp_path / "m.onnx").is_symlink()


def test_a_folder_takes_the_place_of_a_folder_with_nothing_left_of_the_old(folder, tmp_path):
    (tmp_path / "m.bundle").mkdir()
    (tmp_path / "m.bundle" / "old.txt").write_text("old")
    place(folder, tmp_path / "m.bundle")
    assert [path.name for path in (tmp_path / "m.bundle").iterdir()] == ["manifest.json"]


def test_what_cannot_be_placed_is_one_sentence_and_leaves_nothing_behind(made, tmp_path):
    with pytest.raises(OutputError, match="could not be written"):
        place(made, tmp_path / "absent" / "m.onnx")
    assert {path.name for path in tmp_path.iterdir()} == {"worker"}


@pytest.mark.parametrize(
    ("to", "name", "target"),
    [
        ("", None, "onnx"),
        ("", "m.onnx", "onnx"),
        ("", "m.pmml", "pmml"),
        ("", "m.PMML", "pmml"),
        ("", "m.bundle", "bundle"),
        ("", "m.model", "onnx"),
        ("", "made.pmml", "onnx"),  # a folder to put it in
        ("pmml", None, "pmml"),
        ("pmml", "m.pmml", "pmml"),
        ("pmml", "m.xml", "pmml"),
        ("bundle", "made.pmml", "bundle"),
    ],
)
def test_the_target_is_the_one_asked_for_or_what_the_suffix_names(tmp_path, to, name, target):
    (tmp_path / "made.pmml").mkdir()
    assert target_for(to, tmp_path / name if name else None) == target


@pytest.mark.parametrize(
    ("to", "name", "said"),
    [
        ("pmml", "m.onnx", "m.onnx says onnx, and the target asked for is pmml. Name it m.pmml"),
        ("onnx", "m.bundle", "says bundle, and the target asked for is onnx. Name it m.onnx"),
        ("xml", "m.xml", "There is no target 'xml'. The targets are onnx, pmml, bundle."),
    ],
)
def test_a_target_that_the_suffix_contradicts_is_refused(to, name, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        target_for(to, Path(name))


def test_no_path_is_the_empty_path():
    assert absolute(None) == ""
    assert absolute("x").endswith("/x")
