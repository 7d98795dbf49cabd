"""Odd receipts on which the two verifiers, in Python and in the page, must agree."""
