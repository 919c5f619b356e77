"""An artifact is known by what it holds."""

import pytest

from converter.errors import UnreadableError, UsageError
from converter.recognise import PICKLE, target_of


def test_a_graph_is_known_under_any_name(flower_graph, tmp_path):
    (tmp_path / "renamed.bin").write_bytes(flower_graph.read_bytes())
    assert target_of(flower_graph) == "onnx"
    assert target_of(tmp_path / "renamed.bin") == "onnx"


def test_a_graph_of_another_maker_is_known_by_its_suffix(tmp_path):
    (tmp_path / "other.onnx").write_bytes(b"\x08\x07\x12\x05other")
    assert target_of(tmp_path / "other.onnx") == "onnx"


def test_a_folder_with_a_manifest_is_a_bundle(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    assert target_of(tmp_path) == "bundle"


def test_every_other_file_is_taken_for_a_pickled_model(flowers):
    assert target_of(flowers) == PICKLE


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("m.onnx", b"", "is empty"),
        ("m.pmml", b"", "is empty"),
        ("m.pmml", b"<PMML><Header/>", "is cut short, or damaged: it does not end as PMML"),
        ("m.xml", b"<PMML><Header/></PM", "is cut short"),
        ("m.pmml", b"<?xml", "is cut short"),
    ],
)
def test_an_artifact_that_is_empty_or_cut_short_is_told(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError, match=said):
        target_of(tmp_path / name)


def test_a_document_may_end_in_a_prefix_and_a_comment(tmp_path):
    (tmp_path / "m.pmml").write_text("<a:PMML></a:PMML >\n<!-- by us -->\n")
    assert target_of(tmp_path / "m.pmml") == "pmml"


@pytest.mark.parametrize("name", ["", "absent.onnx"])
def test_a_folder_of_anything_else_and_no_file_at_all_are_usage_errors(tmp_path, name):
    with pytest.raises(UsageError):
        target_of(tmp_path / name)
