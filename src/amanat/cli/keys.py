"""`amanat keys`: the log's keys, and changing them in the open. Run it where the server runs.

Shown right by `tests/cli/test_keys.py`.
"""

import argparse
from typing import Any

from amanat import clock
from amanat.cli.apps import prepare

__all__ = ["add_parser"]

VERBS = {
    "show": "the present keys, and the next one if it is announced",
    "announce": "make the next log key; from now on both sign, and the policy names both",
    "retire": "let the announced log key take over from the old one",
    "replace-promise": "replace the key that signs promises",
    "publish-policy": "put policy.txt as it is into the log, after you changed witnesses in it",
}


def add_parser(nouns: Any) -> None:
    """Add `amanat keys`."""
    text = "Show or change the log's keys. Every change is a public statement in the log."
    parser = nouns.add_parser("keys", help="show or change the log's keys", description=text)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, what in VERBS.items():
        verb = verbs.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what the verb says and tell what comes next."""
    prepare()
    {
        "show": _show,
        "announce": _announce,
        "retire": _retire,
        "replace-promise": _replace_promise,
        "publish-policy": _publish_policy,
    }[options.verb]()
    return 0


def _show() -> None:
    from amanat.server.ledger import queries

    print(f"log       {queries.log_signer().verifier}")
    following = queries.next_log_signer()
    if following:
        print(f"next log  {following.verifier}")
    print(f"promises  {queries.promise_verifier()}")


def _announce() -> None:
    from amanat.server.ledger.rotation import announce_log_key

    change = announce_log_key(now=clock.now())
    print(f"announced: {change.new}")
    print("Both keys sign from the next tree on, and policy.txt names both. Now tell your witnesses and")
    print("whoever checks your log the new key. When they have it: amanat keys retire.")


def _retire() -> None:
    from amanat.server.ledger.rotation import retire_log_key

    change = retire_log_key(now=clock.now())
    print(f"the log is now signed by {change.new} alone")
    print("The old key lies in keys/retired: take it off this machine or destroy it. Receipts from before")
    print("hold under the policy of their time; keep the old policy file, it also stands in the log.")


def _replace_promise() -> None:
    from amanat.server.ledger.rotation import replace_promise_key

    change = replace_promise_key(now=clock.now())
    print(f"promises are now signed by {change.new}")
    print("The old key lies in keys/retired: take it off this machine or destroy it.")


def _publish_policy() -> None:
    from amanat.server.ledger.rotation import publish_policy

    entered = publish_policy(now=clock.now())
    print("The policy joins the log with the next tree." if entered else "This policy is in the log already.")
