"""The published files of a log in any S3-compatible object store, through `obstore` (the extra `s3`).

An object appears whole and is durable when the store answers. Replacing the checkpoint is a conditional write
(`If-Match`, `If-None-Match`), so two writers that both think they are alone cannot take it back in size; the
store must support that. Credentials and endpoint are the usual AWS_* variables. Shown right by
`tests/tlog/test_object_store.py` against a real server.
"""

from typing import TYPE_CHECKING, Any

from amanat.errors import Conflict, Misconfigured, NotFound, Unavailable
from amanat.tlog.store import check_path

if TYPE_CHECKING:
    from obstore.store import ObjectStore as Bucket

__all__ = ["ObjectStore", "open_object_store"]

HINT = "Look at the network, the AWS_* variables and the bucket. Nothing was lost; the next run tries again."


def open_object_store(url: str) -> "ObjectStore":
    """The store at `s3://bucket/prefix`; raises `Misconfigured` when it cannot be one."""
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ModuleNotFoundError as error:
        hint = "Install it: pip install 'amanat[s3]'."
        raise Misconfigured("the package obstore is missing", where="AMANAT_LOG_STORE", hint=hint) from error
    try:
        return ObjectStore(from_url(url))
    except (BaseError, ValueError) as error:
        hint = "Write s3://bucket/prefix."
        raise Misconfigured("not the address of a bucket", where="AMANAT_LOG_STORE", hint=hint) from error


class ObjectStore:
    """A `Store` in a bucket."""

    def __init__(self, bucket: "Bucket") -> None:
        self._bucket = bucket

    def read(self, path: str) -> bytes:
        """As in `Reader`."""
        data, _tag = self._get(path)
        return data

    def exists(self, path: str) -> bool:
        """As in `Store`."""
        import obstore
        from obstore.exceptions import BaseError

        check_path(path)
        try:
            obstore.head(self._bucket, path)
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise Unavailable("the object store does not answer", where=path, hint=HINT) from error
        return True

    def write(self, path: str, data: bytes) -> None:
        """As in `Store`."""
        self._put(path, data, mode=None)

    def swap(self, path: str, before: bytes | None, data: bytes) -> None:
        """As in `Store`, between any number of machines."""
        if before is None:
            self._put(path, data, mode="create")
            return
        try:
            present, tag = self._get(path)
        except NotFound:
            present, tag = None, None
        if present != before:
            raise Conflict("somebody else has replaced the file", where=path)
        self._put(path, data, mode={"e_tag": tag})

    def _get(self, path: str) -> tuple[bytes, str | None]:
        import obstore
        from obstore.exceptions import BaseError

        check_path(path)
        try:
            found = obstore.get(self._bucket, path)
            return bytes(found.bytes()), found.meta["e_tag"]
        except FileNotFoundError as error:
            raise NotFound("no such file in the log", where=path) from error
        except BaseError as error:
            raise Unavailable("the object store does not answer", where=path, hint=HINT) from error

    def _put(self, path: str, data: bytes, *, mode: Any) -> None:
        import obstore
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        check_path(path)
        try:
            obstore.put(self._bucket, path, data, mode=mode)
        except (AlreadyExistsError, PreconditionError) as error:
            raise Conflict("somebody else has replaced the file", where=path) from error
        except BaseError as error:
            raise Unavailable("the object store does not answer", where=path, hint=HINT) from error
