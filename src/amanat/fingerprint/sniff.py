"""What a file is, from its first bytes and nothing else: neither its name nor what somebody says it is."""

__all__ = ["HEAD_BYTES", "film_container", "is_picture"]

HEAD_BYTES = 4096
_PICTURES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"BM",
)
_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_FILMS = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"\0\0\x01\xba", "mpeg"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (_ASF, "asf"),
)
_PACKET = 188
_SYNC = 0x47


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is a picture of a format that `image.py` reads."""
    if head[4:8] == b"ftyp":
        return head[8:12] in _STILL_BRANDS
    return head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def film_container(head: bytes) -> str | None:
    """A film's container by libavformat's name, or None; a playlist names other files and is no film."""
    if is_picture(head):
        return None
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if len(head) > 2 * _PACKET and head[0] == head[_PACKET] == head[2 * _PACKET] == _SYNC:
        return "mpegts"
    return next((name for magic, name in _FILMS if head.startswith(magic)), None)
