"""A bucket is listed and read as a folder is: the same rows, against a real server on this machine."""

import obstore
import pytest
from obstore.store import from_url

from amanat.scan.place import find, open_found
from amanat.scan.plan import pieces
from amanat.scan.step import Ask, close, rows
from scan.makers import source
from tlog.buckets import new_bucket, object_server


def looked(place: str) -> list[dict]:
    try:
        return [row for piece in pieces(place) for row in rows(Ask(piece), lambda: None)]
    finally:
        close()


def test_a_bucket_gives_the_rows_of_a_folder(tmp_path, monkeypatch: pytest.MonkeyPatch):
    folder = source(tmp_path / "source")
    with object_server() as address:
        url = new_bucket(address, monkeypatch)
        store = from_url(url)
        for path in sorted(folder.iterdir()):
            obstore.put(store, path.name, path.read_bytes())
        assert [one.size_bytes for one in find(url)] == [one.size_bytes for one in find(str(folder))]
        assert looked(url) == looked(str(folder))
        with pytest.raises(OSError, match="cannot be read"):
            open_found(f"{url}/nothing")


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("/etc/passwd")
    assert [one.address for one in find(str(tmp_path))] == [str(tmp_path / "a")]
