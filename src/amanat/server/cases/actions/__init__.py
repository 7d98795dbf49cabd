"""Writes of the cases: on reports, and on case files. A verb each, one transaction, with its leaves."""

from amanat.server.cases.actions.reports import KINDS, act, keep_grants

__all__ = ["KINDS", "act", "keep_grants"]
