"""What is taken from a worker's folder, and what is not."""

import os

import pytest

from converter.errors import WorkerError
from converter.supervise import take


@pytest.fixture
def folder(tmp_path):
    """A worker's folder, with the user's files beside it."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key").write_text("key")
    own = tmp_path / "own"
    (own / "bundle" / "deep").mkdir(parents=True)
    (own / "reply.json").write_text("{}")
    (own / "bundle" / "deep" / "file").write_text("12345")
    (own / "link").symlink_to(tmp_path / "secret")
    (own / "linked").symlink_to(tmp_path / "private")
    (own / "inner").symlink_to(own / "reply.json")
    (own / "holder").mkdir()
    (own / "holder" / "link").symlink_to(tmp_path / "secret")
    (own / "piped").mkdir()
    os.mkfifo(own / "piped" / "pipe")
    return own


@pytest.mark.parametrize("name", ["reply.json", "bundle", "bundle/deep/file", "./reply.json"])
def test_files_and_folders_are_taken(name, folder):
    assert take.path(folder, name, 5) == folder / name


@pytest.mark.parametrize(
    "name",
    [
        *("link", "linked", "linked/key", "inner", "holder", "piped", "piped/pipe", "missing"),
        *("../secret", "bundle/../../secret", "/etc/passwd", "", ".", "bundle\0"),
        *("C:\\Windows", "..\\secret", "bundle\\..\\..\\secret"),
    ],
)
def test_links_pipes_and_what_is_outside_are_refused(name, folder):
    with pytest.raises(WorkerError) as caught:
        take.path(folder, name)
    assert caught.value.code == "worker.nonsense"


@pytest.mark.parametrize(("name", "limit"), [("reply.json", 1), ("bundle", 4)])
def test_what_is_larger_than_its_limit_is_refused(name, limit, folder):
    with pytest.raises(WorkerError, match=f"where {limit} are allowed"):
        take.path(folder, name, limit)


def test_the_content_of_a_file_is_taken(folder):
    assert take.content(folder, "bundle/deep/file", 5) == b"12345"
