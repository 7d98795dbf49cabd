"""The smallest compiled parts: bits of words, keys of bands, and filing rows by them.

`kernels.py` walks over what is filed here. Importing this needs Numba (`amanat[media]`). Shown right by
`tests/matching/test_bands.py`, against `linear.py`.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

__all__ = ["apart_of", "compiled", "count_keys", "fetch", "file_rows", "key_of", "popcount", "popcount16"]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    return cast(Function, njit(nogil=True, cache=True, error_model="numpy")(function))


def _popcount_of(_context: Any, _word: Any) -> Any:
    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def _popcount16_of(_context: Any, _word: Any) -> Any:
    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint16(types.uint16), generate


def _fetch_from(_context: Any, array: Any, _place: Any) -> Any:
    """Ask for `array[place]` before it is needed; a place outside is ignored by the processor."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = target.make_array(signature.args[0])(target, builder, arguments[0])
        pointer = builder.bitcast(builder.gep(found.data, [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], kind)
        builder.call(ask, [pointer, number(0), number(3), number(1)])
        return target.get_dummy_value()

    return types.void(array, types.int64), generate


popcount: Any = intrinsic(_popcount_of)
popcount16: Any = intrinsic(_popcount16_of)
fetch: Any = intrinsic(_fetch_from)


@compiled
def key_of(prints: Any, row: Any, field: Any) -> Any:
    key = types.uint64(0)
    at = types.uint64(0)
    for word in range(4):
        width = field[word, 1]
        kept = (prints[row, word] >> field[word, 0]) & ((types.uint64(1) << width) - types.uint64(1))
        key |= kept << at
        at += width
    return key


@compiled
def apart_of(prints: Any, row: Any, query: Any) -> Any:
    return (
        popcount(prints[row, 0] ^ query[0])
        + popcount(prints[row, 1] ^ query[1])
        + popcount(prints[row, 2] ^ query[2])
        + popcount(prints[row, 3] ^ query[3])
    )


@compiled
def count_keys(prints: Any, field: Any, rest: Any, table: Any) -> None:
    """Turn the zeros of `table` into where the rows of each prefix begin, and the last of them ends."""
    for row in range(prints.shape[0]):
        table[(key_of(prints, row, field) >> rest) + types.uint64(1)] += 1
    for key in range(1, table.shape[0]):
        table[key] += table[key - 1]


@compiled
def file_rows(prints: Any, field: Any, after: Any, rest: Any, cursor: Any, marks: Any, filed: Any) -> None:
    """Put each row and its tag where its prefix's rows lie; `cursor`, a copy of the table, is used up."""
    low = (types.uint64(1) << rest) - types.uint64(1)
    for row in range(prints.shape[0]):
        key = key_of(prints, row, field)
        tag = (key & low) | (key_of(prints, row, after) << rest)
        marks[cursor[key >> rest]] = types.uint16(tag)
        filed[cursor[key >> rest]] = row
        cursor[key >> rest] += 1
