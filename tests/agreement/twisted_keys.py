"""Ed25519 signatures that honest software never makes, on which careless verifiers disagree. For tests only.

Edwards curve arithmetic on Python integers, slow and not secret. Keys and commitments with a part of small
order, which verifiers with and without the cofactor judge differently, and signatures with S plus the order.
"""

import hashlib

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7

Point = tuple[int, int]


def add(one: Point, two: Point) -> Point:
    """The sum of two points."""
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME)
    return x % PRIME, y % PRIME


def times(scalar: int, point: Point) -> Point:
    """A multiple of a point."""
    result: Point = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def point_at(y: int) -> Point:
    """The point of this y with an even x."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert (x * x - square) % PRIME == 0
    return (PRIME - x if x & 1 else x), y


def encoded(point: Point) -> bytes:
    """The 32 bytes of a point."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_at(4 * pow(5, -1, PRIME) % PRIME)
TWIST = point_at(ORDER_8_Y)


def public_key(scalar: int, twist: int) -> bytes:
    """The key of a scalar, with `twist` (0 to 7) times a point of order 8 added."""
    return encoded(add(times(scalar, BASE), times(twist, TWIST)))


def sign(scalar: int, public: bytes, message: bytes, *, nonce: int, twist: int = 0, more: int = 0) -> bytes:
    """A signature with `twist` times that point added to its commitment, and `more` orders to its S."""
    commitment = encoded(add(times(nonce, BASE), times(twist, TWIST)))
    digest = int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % ORDER
    response = (nonce + digest * scalar) % ORDER + more * ORDER
    return commitment + response.to_bytes(32, "little")
