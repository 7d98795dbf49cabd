"""vPDQ as text and JSON, in every published form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.fingerprint.vpdq import Frame, format_json, format_text, parse_any, parse_json, parse_text

PRINT = "d3d8981ba52c59e79fb49295bed80905036b1dbe57b292c8ea4fb525f52c420e"
FRAMES = st.lists(
    st.builds(
        Frame,
        st.integers(0, 10**9),
        st.integers(0, 100),
        st.binary(min_size=32, max_size=32),
        st.integers(0, 10**10),
    ),
    max_size=4,
)


@given(FRAMES.filter(bool))
def test_text_and_json_are_read_back(frames: list[Frame]) -> None:
    assert parse_text(format_text(frames)) == tuple(frames)
    assert parse_any(format_text(frames)) == tuple(frames)
    again = parse_any(format_json(frames))
    assert [(one.quality, one.print, one.time_ms) for one in again] == [
        (one.quality, one.print, one.time_ms) for one in frames
    ]
    assert parse_json(format_json(again)) == again


def test_the_published_lines_are_read() -> None:
    frames = parse_text(f"0,100,{PRINT},0.000\n7,5,{PRINT},1234.567\n".encode())
    assert frames == (Frame(0, 100, bytes.fromhex(PRINT), 0), Frame(7, 5, bytes.fromhex(PRINT), 1_234_567))


def test_both_forms_of_json_are_read() -> None:
    new = parse_json(json.dumps([f"{PRINT},100,0.0", f"{PRINT},50,1.23e+03", f"{PRINT},9,7"]).encode())
    assert [(one.number, one.quality, one.time_ms) for one in new] == [
        (0, 100, 0),
        (1, 50, 1_230_000),
        (2, 9, 7000),
    ]
    old = {
        "30": {"quality": 3, "hash": PRINT, "timestamp": 1.001},
        "0": {"quality": 100, "hash": PRINT, "timestamp": 0},
    }
    assert [(one.number, one.quality, one.time_ms) for one in parse_any(json.dumps(old).encode())] == [
        (0, 100, 0),
        (30, 3, 1001),
    ]


@given(st.binary(max_size=60) | st.text(alphabet='0123456789.,-+e[]{}":\n ad', max_size=90).map(str.encode))
def test_any_bytes_are_frames_that_write_back_or_malformed(data: bytes) -> None:
    try:
        frames = parse_any(data)
    except Malformed:
        return
    if data.lstrip()[:1] in (b"[", b"{"):
        assert [one.time_ms for one in parse_json(format_json(frames))] == [one.time_ms for one in frames]
    else:
        assert format_text(frames) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"0,100,{PRINT},0.000",
        f"0,100,{PRINT}\n",
        f"0,101,{PRINT},0.000\n",
        f"00,100,{PRINT},0.000\n",
        f"0,100,{PRINT.upper()},0.000\n",
        f"0,100,{PRINT},0.00\n",
        f"0,100,{PRINT},-1.000\n",
        f"0,100,{PRINT},0.000\r\n",
        f"0,100,{PRINT},0.000\n\n",
        "[1]",
        '["a,b"]',
        f'["{PRINT},100,nan"]',
        f'["{PRINT},100,1e99"]',
        '{"0": {"quality": 1}}',
        f'{{"0": {{"quality": 1, "hash": "{PRINT}", "timestamp": null}}}}',
        '{"x": 3}',
        "[NaN]",
        "[" * 100_000,
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_any(text.encode())


def test_the_message_holds_no_print() -> None:
    with pytest.raises(Malformed) as caught:
        parse_text(f"0,100,{PRINT}f,0.000\n".encode())
    assert PRINT[:8] not in str(caught.value)
    assert "line 1" in str(caught.value)
