"""Policies that are for a time: met, missed, doubled, written wrongly, out of place, without a quorum."""

from collections.abc import Iterator

from agreement.forgery import GOOD, POLICY, Case
from receipt_makers import policy_text

# The quorum of GOOD was there at 12:03 of that day.
WINDOWS = """# valid-from: 2026-03-04T12:03:00Z
# valid-from: 2026-03-04T12:03:01Z
# valid-until: 2026-03-04T12:03:00Z
# valid-until: 2026-03-04T12:02:59Z
# valid-from: 2026-01-01T00:00:00Z|# valid-until: 2026-12-31T23:59:59Z
# valid-until: 2026-12-31T23:59:59Z|# more||# valid-from: 2026-01-01T00:00:00Z
# valid-from: 0001-01-01T00:00:00Z
# valid-until: 9999-12-31T23:59:59Z
# valid-from: 2026-01-02T00:00:00Z|# valid-until: 2026-01-01T00:00:00Z
# valid-from: 2026-03-04T12:03:00Z|# valid-until: 2026-03-04T12:03:00Z
# valid-from: 2026-01-01T00:00:00Z|# valid-from: 2026-01-01T00:00:00Z
# valid-from: 2026-01-01
# valid-from: 2026-02-30T00:00:00Z
# valid-from: 0000-01-01T00:00:00Z
# valid-from: 2026-01-01T00:00:00z
# valid-from: 2026-01-01T00:00:00+00:00
# valid-from: 2026-01-01T00:00:60Z
#valid-from: 2026-01-01T00:00:00Z
 # valid-until: 2026-01-01T00:00:00Z
#\tvalid-from
# Valid-Until: tomorrow
# VALID-FROM
# valid-from:2026-01-01T00:00:00Z
# valid-until: 2026-01-01T00:00:00Z\x20
# valid-until: 2026-01-01T00:00:00Z\u2028
# valid-until:\x20
# valid-fromage
# valid-untıl
# valid-until\u2028
# valid-fromé
# walid-from: x
## valid-from: x
# valid -from
# valid-from: ٢
x# valid-from: y
#\xa0valid-from: y
\xa0# valid-from: 2026-03-04T12:03:01Z"""


def cases() -> Iterator[Case]:
    """All of them."""
    for text in WINDOWS.split("\n"):
        head = text.replace("|", "\n")
        for policy in (POLICY, policy_text(threshold=0)):
            yield Case(GOOD[2], f"{head}\n{policy}")
            yield Case(GOOD[2], f"\n\t# first\n{head}\n{policy}")
            yield Case(GOOD[2], f"{policy}{head}\n")
