"""Forms of the referrals, a file a subject."""
