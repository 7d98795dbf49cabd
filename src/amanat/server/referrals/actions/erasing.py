"""What an erasure of reports takes away here: packages, letters, drafts and the words of every step.

The rows stay, and so do their leaves and clocks: that there was a referral, and whether it was answered in
time, cannot be erased. It runs inside the transaction of `cases.actions.proposing.erase`, which holds the
lock on each report. Shown right by `tests/server/referrals/test_erasing.py`.
"""

from amanat.server.referrals.models import Draft, Referral, Step

__all__ = ["erase_with"]


def erase_with(reports: set[str]) -> None:
    """Empty every seal of these reports, for the erasure that goes on around it."""
    Draft.objects.filter(report_id__in=reports).delete()
    Referral.objects.filter(report_id__in=reports).update(package=b"", kept=b"")
    Step.objects.filter(referral__report_id__in=reports).update(head=b"", body=b"")
