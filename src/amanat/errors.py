"""Every exception Amanat raises, drawn as a tree.

    Error                 exit  HTTP   meaning
    ├── Malformed          65    400   the bytes or text are not of their format
    ├── Unverified          3    422   well formed, but a signature, proof or quorum does not hold
    ├── NotAllowed         77    403   this person or key may not do this
    ├── NotFound           66    404   no such thing here
    ├── Conflict           75    409   somebody was first; read again and retry
    ├── Unavailable        69    503   cannot be done now (disk, database, network); nothing was lost
    └── Misconfigured      78    500   a setting is wrong; an administrator must mend it

Messages name what, where and what to do. They never carry report content, keys, people's names or file names.
"""

__all__ = [
    "Conflict",
    "Error",
    "Malformed",
    "Misconfigured",
    "NotAllowed",
    "NotFound",
    "Unavailable",
    "Unverified",
]


class Error(Exception):
    """The base of all errors: `what` went wrong, `where`, and a `hint` of what to do."""

    exit_code = 1
    http_status = 500

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what

    def diagnostics(self) -> str:
        """The message and, on a second line, what to do about it."""
        return f"{self}\n{self.hint}" if self.hint else str(self)


class Malformed(Error):
    exit_code = 65
    http_status = 400


class Unverified(Error):
    exit_code = 3
    http_status = 422


class NotAllowed(Error):
    exit_code = 77
    http_status = 403


class NotFound(Error):
    exit_code = 66
    http_status = 404


class Conflict(Error):
    exit_code = 75
    http_status = 409


class Unavailable(Error):
    exit_code = 69
    http_status = 503


class Misconfigured(Error):
    exit_code = 78
    http_status = 500
