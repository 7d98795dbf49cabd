"""The whole way of a reporter, walked by a hundred people at once, against one ordinary server.

    python benchmarks/crowd.py [--people 100] [--rounds 3]

Each has a connection of their own, as a phone has: the first page, the form and every file that either names,
the report, sealed, with its promise checked; then coming back: the thread, event for event; a message, its
promise checked. They are so fast that the server asks for work, as in a flood, and they do it. Goal: not one
error and not one lost promise. They share the machine with the server, so their own work is in the waits.
"""

import argparse
import http.client
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from amanat import clock
from amanat.cli.denial.sending import JSON, as_body, new_report
from amanat.receipt import work
from amanat.receipt.chain import Fresh
from amanat.receipt.promise import open_promise
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.keys import parse_verifier
from intake import server

NAMED = re.compile(r'(?:src="|href="|from "|import "|import\(")(/static/[^"]+|\./[^"]+)"')


@dataclass
class Person:
    """Somebody with a phone; `waits` in seconds by what they waited for."""

    port: int
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    worked: int = 0

    def walk(self, rounds: int) -> "Person":
        for _ in range(rounds):
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self._walk()
            except Exception as error:  # counted and shown: nothing else may end a load test
                self.errors.append(f"{type(error).__name__}: {error}")
            finally:
                self.connection.close()
        return self

    def _walk(self) -> None:
        self._see("/en/")
        self._see("/ur/report/")
        intake = json.loads(self._ask("what to seal to", "GET", "/report/intake.json"))
        key = parse_verifier(intake["promise_key"].strip())
        report, fields = new_report()
        self._check(self._send(intake["work"], report.event.leaf, as_body(fields)), report.event.leaf, key)
        locator = report.chain.keys.locator
        thread = json.loads(
            self._ask("their thread", "POST", "/return/thread", as_body({"locator": locator}), JSON)
        )
        sealed = json.loads(as_body({"sealed": report.event.record}))["sealed"]
        if [event["sealed"] for event in thread["events"]] != [sealed]:
            raise ValueError("the thread is not what was sent")
        now, fresh = clock.now(), Fresh(0, EMPTY_ROOT)
        message = report.chain.event("message", "Invented.", by_reporter=True, now=now, fresh=fresh)
        fields = {"locator": locator, "seq": message.seq, "leaf": message.leaf, "sealed": message.record}
        promise = self._ask("a promise", "POST", "/return/event", as_body(fields), JSON)
        self._check(promise, message.leaf, key)

    def _see(self, page: str) -> None:
        """A page and every file that it or one of them names, once, as a browser does."""
        seen, wanted = set[str](), self._named("a page", page)
        while wanted - seen:
            name = min(wanted - seen)
            seen.add(name)
            wanted |= self._named("a file of it", name)

    def _named(self, what: str, path: str) -> set[str]:
        content = self._ask(what, "GET", path)
        text = content.decode(errors="replace") if len(content) < 200_000 else ""
        return {urljoin(path, name) for name in NAMED.findall(text)}

    def _send(self, asked: dict, leaf: bytes, body: bytes) -> bytes:
        """The promise, after the work that is asked for; asked anew where others came between."""
        for _ in range(3):
            headers, bits = JSON, asked["bits"]
            if bits:
                self.worked += 1
                number = work.find(asked["challenge"], leaf, bits=bits)
                headers = JSON | {"Amanat-Work": f"{asked['challenge']} {number}"}
            answer = self._ask("a promise", "POST", "/report/sealed", body, headers, may_refuse=True)
            if answer:
                return answer
            asked = json.loads(self._ask("what to seal to", "GET", "/report/intake.json"))["work"]
        raise ValueError("asked for work three times")

    def _check(self, promise: bytes, leaf: bytes, key) -> None:
        if open_promise(promise, key).leaf_hash != leaf_hash(leaf):
            raise ValueError("a promise for another leaf")

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        body: bytes | None = None,
        headers=JSON,
        may_refuse: bool = False,
    ) -> bytes:
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.waits[what].append(time.perf_counter() - begun)
        if may_refuse and answer.status == 429:
            return b""
        if answer.status not in {200, 201}:
            raise ValueError(f"{answer.status} for {path}")
        return content


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100, help="how many at once (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as port:
        begun = time.perf_counter()
        with ThreadPoolExecutor(options.people) as pool:
            people = list(pool.map(lambda _n: Person(port).walk(options.rounds), range(options.people)))
        wall = time.perf_counter() - begun
    errors = [error for person in people for error in person.errors]
    print(
        f"{options.people} people at once, {options.rounds} times each, in {wall:.1f} s: {len(errors)} errors"
    )
    print(f"{sum(person.worked for person in people)} reports were asked for work, and did it")
    for what in people[0].waits:
        waits = [wait for person in people for wait in person.waits[what]]
        cuts = statistics.quantiles(waits, n=100)
        print(f"{what:16} {len(waits):6} answers   p50 {cuts[49]:.2f} s   p99 {cuts[98]:.2f} s")
    for error in sorted(set(errors)):
        print(f"{errors.count(error):6} × {error}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
