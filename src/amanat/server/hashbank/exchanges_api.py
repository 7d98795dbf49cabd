"""`/c/exchanges` of the match service: which exchange feeds a bank. It is noted; people fetch and import.

Nothing here opens a connection, and no credential is taken, so `has_set_authentification` is never true.
Shown right by `tests/server/hashbank/test_contract.py`.
"""

from typing import Any

from django.http import HttpResponse

from amanat import clock
from amanat.errors import Malformed, NotAllowed, NotFound
from amanat.server.hashbank import actions, queries
from amanat.server.hashbank.doors import Asked, answer, body, door
from amanat.server.hashbank.models import Bank

__all__ = ["api", "apis", "exchange", "exchanges", "schema", "status"]

Field = dict[str, Any]


def _field(name: str, kind: str, what: str) -> Field:
    return {"name": name, "type": kind, "required": True, "default": None, "help": what, "choices": None}


APIS: dict[str, list[Field]] = {
    "fb_threatexchange": [_field("privacy_group", "number", "the id of the privacy group")],
    "ncmec": [_field("environment", "str", "the address of the database")],
    "stop_ncii": [],
    "local_file": [],
}


@door("GET")
def apis(request: Asked) -> HttpResponse:
    """`/c/exchanges/apis`."""
    del request
    return answer(list(APIS))


@door("GET", "POST")
def api(request: Asked, name: str) -> HttpResponse:
    """`/c/exchanges/api/<name>`; credentials are refused."""
    _known(name)
    if request.method == "POST" and body(request).get("credential_json"):
        hint = "Fetch with your own credentials, then: amanat hashbank import."
        raise NotAllowed("credentials of partners are not kept here", where="exchange", hint=hint)
    return answer({"supports_authentification": False, "has_set_authentification": False})


@door("GET")
def schema(request: Asked, name: str) -> HttpResponse:
    """`/c/exchanges/api/<name>/schema`."""
    del request
    if name not in APIS:
        raise NotFound("no such exchange", where="api")
    return answer({"config_schema": {"fields": APIS[name]}, "credentials_schema": None})


@door("GET", "POST")
def exchanges(request: Asked) -> HttpResponse:
    """`/c/exchanges`: the banks that an exchange feeds; a POST makes one."""
    if request.method == "GET":
        return answer(
            list(queries.banks(request.token).exclude(subscription=None).values_list("name", flat=True))
        )
    value = body(request)
    config = value.get("api_json", {})
    if not isinstance(config, dict):
        raise Malformed("Field `api_json` must be object", where="api_json")
    name = _known(value.get("api"))
    kept = {each["name"]: config.get(each["name"]) for each in APIS[name]}
    actions.subscribe(by=request.token, now=clock.now(), bank=value.get("bank"), api=name, config=kept)
    return answer({"message": "Created successfully"}, 201)


@door("GET", "DELETE")
def exchange(request: Asked, name: str) -> HttpResponse:
    """`/c/exchange/<bank>`."""
    bank = queries.bank(request.token, name)
    found = queries.subscription(bank)
    if request.method == "DELETE":
        actions.unsubscribe(by=request.token, bank=bank)
        return answer({"message": "Done"})
    return answer(found.config | {"name": bank.name, "api": found.api, "enabled": bank.enabled})


@door("GET")
def status(request: Asked, name: str) -> HttpResponse:
    """`/c/exchange/<bank>/status`: of the last file that was taken in."""
    bank = queries.bank(request.token, name)
    queries.subscription(bank)
    return answer(_status(bank))


def _status(bank: Bank) -> dict[str, Any]:
    last = queries.last_import(bank)
    moment = int(last.moment.timestamp()) if last else None
    return {
        "last_fetch_succeeded": last is not None,
        "last_fetch_complete_ts": moment,
        "checkpoint_ts": moment,
        "running_fetch_start_ts": None,
        "up_to_date": last is not None,
        "fetched_items": last.added if last else 0,
    }


def _known(name: object) -> str:
    if not isinstance(name, str) or name not in APIS:
        raise Malformed("No such exchange type", where="api", hint=", ".join(APIS))
    return name
