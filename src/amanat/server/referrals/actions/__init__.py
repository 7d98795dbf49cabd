"""Writes of the referrals, a file a subject: one transaction each, with its trace."""
