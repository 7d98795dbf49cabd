"""How a log line looks: level, logger and words; for a request its status and route, for an exception its
type and place.

Nothing a visitor sent reaches a log: no path (it may hold an invitation), query string, body, address or
user agent, and not the words of an exception, because they may repeat what was sent. Shown right by
`tests/server/test_middleware.py`.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

from gunicorn import glogging

__all__ = ["Discreet", "Gunicorn"]


class Discreet(logging.Formatter):
    """A formatter that keeps to itself whatever came from outside."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        quiet = logging.makeLogRecord({**record.__dict__, "exc_text": None})
        if record.name.startswith("django.") and hasattr(record, "request"):
            quiet.msg, quiet.args = _request_line(record), ()
        return super().format(quiet)

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*places, kind.__name__ if kind else "no exception"])


def _request_line(record: logging.LogRecord) -> str:
    request = record.request  # type: ignore[attr-defined]
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "no such route"
    return f"{getattr(record, 'status_code', 500)} {getattr(request, 'method', '?')} {route!r}"


class Gunicorn(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own log without addresses of visitors, request lines or the words of exceptions."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Discreet())

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if msg.startswith("Invalid request"):
            msg, args = "a request that was not HTTP was refused", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *_: Any, **kwargs: Any) -> None:
        super().exception("a request failed" if "%s" in msg or "{" in msg else msg, **kwargs)
