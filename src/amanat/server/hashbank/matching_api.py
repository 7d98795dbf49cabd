"""`/h` and `/m` of the match service: hash a file, ask who has a print, compare two, state of the index.

An owner is answered with banks, contents and distances; a partner with yes or no. No coin is flipped: `seed`
and `bypass_coinflip` change nothing. Shown right by `tests/server/hashbank/test_api.py`, and with the
requests of an existing client by `tests/server/hashbank/test_contract.py`.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from amanat import clock
from amanat.errors import Malformed
from amanat.exchange.hma import SIGNALS, signal_name, signal_of
from amanat.fingerprint.likeness import compare_films
from amanat.fingerprint.value import MATCH_DISTANCE, Fingerprint, Kind, distance
from amanat.fingerprint.vpdq import frames_of
from amanat.server.hashbank import hashing, queries
from amanat.server.hashbank.doors import Asked, answer, body, door, refuse_address, refuse_get, upload
from amanat.server.hashbank.queries import Match
from amanat.server.hashbank.rules import OWNER

__all__ = ["compare", "hash_media", "index_status", "lookup", "raw_lookup"]


@door("GET", "POST")
def hash_media(request: Asked) -> HttpResponse:
    """`/h/hash`: the signals of an uploaded file; a picture of poor quality has an empty one."""
    if request.method == "GET":
        refuse_address()
    return answer(_chosen(hashing.signals(*upload(request)), request))


@door("GET", "POST", owner=False)
def lookup(request: Asked) -> HttpResponse:
    """`/m/lookup`: by a print, or by an uploaded file."""
    if request.content_type == "multipart/form-data":
        signals = _chosen(hashing.signals(*upload(request)), request)
        found = {name: _look(request, name, text, request.GET) for name, text in signals.items() if text}
        if request.token.role != OWNER:
            return answer({"match": any(found.values())})
        return answer({name: _by_bank(matches) for name, matches in found.items()})
    asked = _asked(request)
    matches = _look(request, *_signal(asked), asked)
    return answer(_by_bank(matches) if request.token.role == OWNER else {"match": bool(matches)})


@door("GET", "POST")
def raw_lookup(request: Asked) -> HttpResponse:
    """`/m/raw_lookup`: content ids, also of what is switched off."""
    asked = _asked(request)
    matches = _look(request, *_signal(asked), asked, raw=True)
    if str(asked.get("include_distance", "")).lower() in ("true", "1"):
        return answer({"matches": [_match(match) for match in matches]})
    return answer({"matches": [match.content_id for match in matches]})


@door("POST")
def compare(request: Asked) -> HttpResponse:
    """`/m/compare`: two prints of each type, whether they match and how far apart they are."""
    return answer({name: _compared(name, pair) for name, pair in body(request).items()})


@door("GET")
def index_status(request: Asked) -> HttpResponse:
    """`/m/index/status`: how many prints of each type are searched; there is nothing to wait for."""
    newest = queries.banks(request.token).order_by("-changed").first()
    built = int(newest.changed.timestamp()) if newest else -1
    sizes = queries.sizes()
    wanted = request.GET.get("signal_type")
    if wanted is not None and wanted not in SIGNALS:
        raise Malformed("No such signal type", where="signal_type")
    found = {name: _status(sizes.get(kind.value, 0), built) for name, kind in _types().items()}
    return answer({wanted: found[wanted]} if wanted in found else found)


def _asked(request: Asked) -> Any:
    if request.method == "POST":
        return body(request)
    refuse_get(request.token, request.GET)
    return request.GET


def _signal(asked: Any) -> tuple[str, str]:
    name, text = asked.get("signal_type"), asked.get("signal")
    if not isinstance(name, str) or not isinstance(text, str) or not name or not text:
        raise Malformed("both signal and signal_type are required", where="lookup")
    return name, text


def _look(request: Asked, name: str, text: str, asked: Any, *, raw: bool = False) -> list[Match]:
    banks = asked.get("banks")
    chosen = banks.split(",") if isinstance(banks, str) and banks else banks or ()
    if not all(isinstance(bank, str) for bank in chosen):
        raise Malformed("names of banks, with commas between", where="banks")
    return queries.lookup(
        request.token, signal_of(name, text), now=clock.now(), names=frozenset(chosen), raw=raw
    )


def _by_bank(matches: list[Match]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for match in matches:
        found.setdefault(match.bank, []).append(_match(match))
    return found


def _match(match: Match) -> dict[str, Any]:
    return {"bank_content_id": match.content_id, "distance": str(match.distance)}


def _compared(name: str, pair: object) -> list[Any]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(text, str) for text in pair):
        raise Malformed("a list of two prints", where=name if name in SIGNALS else "compare")
    left, right = (signal_of(name, text) for text in pair)
    if left.kind is Kind.VPDQ:
        like = compare_films(frames_of(left), frames_of(right))
        return [like.is_match(), {"percent": round(like.percent), "other_percent": round(like.other_percent)}]
    apart = _apart(left, right)
    most = MATCH_DISTANCE if left.kind is Kind.PDQ else 0
    return [apart <= most, {"distance": apart}]


def _apart(left: Fingerprint, right: Fingerprint) -> int:
    return distance(left.data, right.data) if left.kind is Kind.PDQ else int(left.data != right.data)


def _chosen(signals: dict[str, str], request: HttpRequest) -> dict[str, str]:
    types = request.GET.get("types")
    if not types:
        return signals
    names = [name.strip() for name in types.split(",") if name.strip()]
    if not names or not set(names) <= set(SIGNALS):
        raise Malformed("a signal type that does not exist", where="types")
    return {name: text for name, text in signals.items() if name in names}


def _status(size: int, built: int) -> dict[str, Any]:
    return {"present": size > 0, "built_to": built if size else -1, "size": size}


def _types() -> dict[str, Kind]:
    return {signal_name(kind): kind for kind in dict.fromkeys(SIGNALS.values())}
