"""Reads of the cases: of reports, and of case files. They write nothing and open nothing."""

from amanat.server.cases.queries.reports import OPEN, counts, inbox, may_open, received_on, thread

__all__ = ["OPEN", "counts", "inbox", "may_open", "received_on", "thread"]
