"""The API for institutions that have systems of their own: `/api/v1`."""

from amanat.server.referrals.api.endpoints import api

__all__ = ["api"]
