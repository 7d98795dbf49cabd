"""A small archive of benign pictures, the list that some of them are on, and a reader of tables."""

import io
import sys
import tarfile
import zipfile
from pathlib import Path

from pyarrow import parquet

from amanat.cli.main import main
from amanat.fingerprint.file import fingerprint_bytes
from fingerprint.makers import image_file, scene

PICTURES = [image_file(scene(seed), "JPEG") for seed in range(1, 9)]
"""All of them with prints that say enough."""


def zipped(members, how=zipfile.ZIP_STORED):
    """The bytes of a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members, mode="w"):
    """The bytes of a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def source(folder: Path) -> Path:
    """Two pictures, a broken one, a zip with a zip in it, a tar.gz, and an archive that is none."""
    folder.mkdir()
    (folder / "0.jpg").write_bytes(PICTURES[0])
    (folder / "1.jpg").write_bytes(PICTURES[1])
    (folder / "2.jpg").write_bytes(PICTURES[2][:300])
    inner = zipped([("n.jpg", PICTURES[5])])
    (folder / "a.zip").write_bytes(zipped([("../../out.jpg", PICTURES[3]), ("in.zip", inner)]))
    (folder / "b.tar.gz").write_bytes(tarred([("6", PICTURES[6]), ("7", PICTURES[7])], "w:gz"))
    (folder / "c.zip").write_bytes(b"PK\x03\x04 and no more")
    return folder


ROWS = [(1, ""), (2, ""), (3, ""), (4, "1"), (4, "2/1"), (5, "1"), (5, "2"), (6, "")]
MATCHED = [(4, "2/1"), (5, "1")]
REFUSED = [(3, ""), (6, "")]


def listed(folder: Path) -> list[str]:
    """Options for a list of pictures 5 and 6."""
    prints = [fingerprint_bytes(PICTURES[at]).media.upright.print.hex() for at in (5, 6)]
    (folder / "prints").write_text("\n".join(prints))
    main(["exchange", "identity", str(folder / "key")])
    main(["list", "build", str(folder / "list"), str(folder / "prints"), "--identity", str(folder / "key")])
    return ["--list", str(folder / "list"), "--identity", str(folder / "key")]


def command(options: list[str], out: Path) -> list[str]:
    """`amanat scan` as a process of its own."""
    return [sys.executable, "-m", "amanat.cli.main", "scan", *options, "--out", str(out)]


def rows_of(table: Path):
    """The rows of a table."""
    return parquet.read_table(table).to_pylist()
