"""Holds the log's code against the vectors that other projects publish, read from clones of them.

    git clone https://github.com/transparency-dev/merkle.git           # into one folder, bare or not
    git clone https://github.com/transparency-dev/tessera.git
    git clone https://github.com/FiloSottile/sunlight.git
    git clone https://github.com/sigstore/sigstore-conformance.git
    git clone https://github.com/C2SP/C2SP.git
    python tools/public_vectors.py FOLDER

Nothing of them is kept here. Each line says what was reproduced from whose commit. Exit code 1 when one
vector gives another answer than its author says, but for those that `KNOWN` names.
"""

import base64
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from amanat.errors import Malformed, NotFound, Unverified
from amanat.tlog.audit import audit, entries_of
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.cosignature import check_cosignature
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash
from amanat.tlog.keys import ED25519, Verifier, parse_verifier
from amanat.tlog.note import Note, check_note, parse_note
from amanat.tlog.proof import check_consistency, check_inclusion
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tree import root

KNOWN = {
    "testdata/consistency/additional/sizes-are-equal-one-and-proof-is-empty.json": "two equal roots of "
    "12 bytes are accepted there, and refused here, where every hash has 32",
}
Outcome = Iterator[tuple[str, bool]]


class Clone:
    """The files of one clone at its newest commit, by path; a `Reader` below a prefix."""

    def __init__(self, folder: Path, *prefixes: str) -> None:
        packed = git(folder, "archive", "HEAD", "--", *prefixes)
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            members = [member for member in tar if member.isfile()]
            self.files = {member.name: tar.extractfile(member).read() for member in members}

    def below(self, prefix: str) -> "Below":
        return Below(
            {name[len(prefix) :]: data for name, data in self.files.items() if name.startswith(prefix)}
        )


class Below:
    """A published log in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def read(self, path: str) -> bytes:
        if path not in self._files:
            raise NotFound("no such file", where=path)
        return self._files[path]


def git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True).stdout


def holds(check: Callable[[], object]) -> bool:
    """Whether it passes; only our two kinds of refusal are a no."""
    try:
        check()
    except (Malformed, Unverified):
        return False
    return True


def decoded(value: object) -> bytes:
    return base64.b64decode(str(value or ""))


def merkle(folder: Path) -> Outcome:
    clone = Clone(folder, "testdata", "testonly/constants.go", "rfc6962/rfc6962_test.go")
    for path, data in clone.files.items():
        if path.startswith(("testdata/inclusion/", "testdata/consistency/")):
            case = json.loads(data)
            passed = holds(inclusion(case) if "/inclusion/" in path else consistency(case))
            if path in KNOWN:
                yield f"known to differ: {KNOWN[path]}", passed is case["wantErr"]
            else:
                yield f"{path.split('/')[1]} proofs", passed is not case["wantErr"]
    constants = clone.files["testonly/constants.go"].decode()
    inputs, roots = (hexes(constants, name) for name in ("LeafInputs", "RootHashes"))
    hashes = [leaf_hash(data) for data in inputs]
    for size, expected in enumerate([EMPTY_ROOT, *roots]):
        yield "RFC 6962 roots of 0 to 8 leaves", root(hashes[:size]) == expected
    wanted = re.findall(r'want: "([0-9a-f]{64})"', clone.files["rfc6962/rfc6962_test.go"].decode())
    ours = [EMPTY_ROOT, leaf_hash(b""), leaf_hash(b"L123456"), node_hash(b"N123", b"N456")]
    for one, other in zip(ours, wanted, strict=True):
        yield "RFC 6962 hashes", one.hex() == other


def hexes(source: str, function: str) -> list[bytes]:
    body = source.split(f"func {function}()")[1].split("\n}\n")[0]
    return [bytes.fromhex(text) for text in re.findall(r'hd\("([0-9a-f]*)"\)', body)]


def inclusion(case: dict) -> Callable[[], None]:
    path = [decoded(item) for item in case["proof"] or ()]
    leaf, tree = decoded(case["leafHash"]), decoded(case["root"])
    return lambda: check_inclusion(leaf, case["leafIdx"], case["treeSize"], path, tree)


def consistency(case: dict) -> Callable[[], None]:
    path = [decoded(item) for item in case["proof"] or ()]
    old, new = decoded(case["root1"]), decoded(case["root2"])
    return lambda: check_consistency(case["size1"], old, case["size2"], new, path)


def tessera(folder: Path) -> Outcome:
    clone = Clone(folder, "testdata")
    script = clone.files["testdata/build_log.sh"].decode()
    verifier = parse_verifier(re.search(r'LOG_PUBLIC_KEY="([^"]+)"', script)[1])
    log = clone.below("testdata/log/")
    for size in range(16):
        note = parse_note(log.read(f"checkpoint.{size}"))
        yield "checkpoints, sizes 0 to 15", holds(lambda note=note: check_note(note, verifier))
        checkpoint = parse_checkpoint(note.text)
        yield "logs of sizes 0 to 15, entry to root", holds(lambda tree=checkpoint: audit(log, tree))
        with tempfile.TemporaryDirectory() as place:
            store = FolderStore(Path(place))
            write_tiles(store, 0, list(entries_of(log, size)))
            names = [str(file.relative_to(place)) for file in Path(place).rglob("*") if file.is_file()]
            yield "tiles and bundles to the byte", all(store.read(name) == log.read(name) for name in names)


def sunlight(folder: Path) -> Outcome:
    clone, base = Clone(folder, "cmd/skylight/testdata"), "cmd/skylight/testdata/"
    for path, data in clone.files.items():
        if not re.fullmatch(rf"{base}witness2?/(mirror/)?[0-9a-f]{{64}}/checkpoint", path):
            continue
        place, name, _ = path.rsplit("/", 2)
        kind = place.rsplit("/", 1)[1].rstrip("2")
        verifier = parse_verifier(json.loads(clone.files[f"{place}/{kind}.v0.json"])["verifier_keys"][0])
        note = parse_note(data)
        yield "cosignatures", holds(lambda n=note, v=verifier: check_line(n, n.text, v))
        other = note.text.replace("\n300\n", "\n301\n")
        yield (
            "cosignatures, on another text",
            not holds(lambda n=note, o=other, v=verifier: check_line(n, o, v)),
        )
        tree = parse_checkpoint(note.text)
        yield "paths of monitors", name == sha256(tree.origin.encode()).hexdigest()
        if kind == "mirror":
            yield from mirrored(clone.below(f"{place}/{name}/"), tree)


def check_line(note: Note, text: str, verifier: Verifier) -> None:
    (line,) = note.by(verifier)
    check_cosignature(text, line, verifier)


def mirrored(log: "Below", tree: Checkpoint) -> Outcome:
    """Its tiles are whole, its bundles are not: the entries are "record 0" and so on, says its generator."""
    entries = [b"record %d" % index for index in range(tree.size)]
    yield "the root of a mirrored log", root([leaf_hash(entry) for entry in entries]) == tree.root
    with tempfile.TemporaryDirectory() as place:
        write_tiles(FolderStore(Path(place)), 0, entries)
        for file in Path(place).glob("tile/[01]/**/*"):
            if file.is_file() and (name := str(file.relative_to(place))):
                yield "tiles of a mirrored log, to the byte", log.read(name) == file.read_bytes()


def sigstore(folder: Path) -> Outcome:
    base = "test/assets/bundle-verify/"
    clone = Clone(folder, base)
    for path, data in clone.files.items():
        name = path.removeprefix(base).split("/")[0]
        if not (name.startswith("rekor2-checkpoint-") and path.endswith("bundle.sigstore.json")):
            continue
        trusted = json.loads(clone.files[f"{base}{name}/trusted_root.json"])
        entry = json.loads(data)["verificationMaterial"]["tlogEntries"][0]
        check = lambda e=entry, t=trusted: check_rekor(e, rekor_key(t))  # noqa: E731
        yield "Rekor v2 checkpoints and proofs", holds(check) is not name.endswith("_fail")


def rekor_key(trusted: dict) -> Verifier:
    (log,) = [log for log in trusted["tlogs"] if log["publicKey"]["keyDetails"] == "PKIX_ED25519"]
    key = load_der_public_key(decoded(log["publicKey"]["rawBytes"]))
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Verifier(log["baseUrl"].removeprefix("https://"), ED25519, raw)


def check_rekor(entry: dict, verifier: Verifier) -> None:
    proof = entry["inclusionProof"]
    note = parse_note(proof["checkpoint"]["envelope"].encode())
    tree = parse_checkpoint(note.text)
    if tree.origin != verifier.name:
        raise Unverified("another log", where="checkpoint")
    check_note(note, verifier)
    hashes = [decoded(item) for item in proof["hashes"]]
    leaf = leaf_hash(decoded(entry["canonicalizedBody"]))
    check_inclusion(leaf, int(proof["logIndex"]), tree.size, hashes, tree.root)


def c2sp(folder: Path) -> Outcome:
    text = Clone(folder, "signed-note.md").files["signed-note.md"].decode()
    example = text.split("### Example\n")[1]
    verifier = parse_verifier(re.search(r"^    (\S+\+[0-9a-f]{8}\+\S+)$", example, re.MULTILINE)[1])
    note = example.split("```\n")[1].encode()
    yield "the example of signed-note", holds(lambda: check_note(parse_note(note), verifier))
    other = note.replace(b"example message", b"example massage")
    yield "the example of signed-note, changed", not holds(lambda: check_note(parse_note(other), verifier))


SETS = {
    "merkle": merkle,
    "tessera": tessera,
    "sunlight": sunlight,
    "sigstore-conformance": sigstore,
    "C2SP": c2sp,
}


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    wrong = 0
    for name, vectors in SETS.items():
        folder = Path(sys.argv[1]) / name
        counts: dict[str, list[bool]] = {}
        commit = git(folder, "rev-parse", "--short=8", "HEAD").decode().strip()
        for what, right in vectors(folder):
            counts.setdefault(what, []).append(right)
        for what, rights in counts.items():
            wrong += rights.count(False)
            print(f"{name} {commit}  {sum(rights)} of {len(rights)}  {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
