"""Amanat: sealed reports, receipts nobody can deny, and a log anyone can check."""

__version__ = "0.1.0"
