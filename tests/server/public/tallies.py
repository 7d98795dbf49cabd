"""Invented counts of an organisation, and how they may grow from one release to the next."""

from random import Random

from amanat.server.public.rules.tally import OUTCOMES, PARTS, Tally

KINDS = ("police", "court", "other")
DISTRICTS = ("kohsar", "wadi")


def tally_of(chance: Random, before: Tally | None = None, *, most: int = 9) -> Tally:
    """Counts that add up; received, acknowledged and sent, also to a kind, are not less than before."""
    floor = (before.received, before.received - before.waiting, before.sent) if before else (0, 0, 0)
    while True:
        parts = {name: chance.randint(0, most) for name in PARTS}
        received = sum(parts.values())
        waiting = chance.randint(0, parts["open"])
        kinds = {kind: {name: chance.randint(0, most) for name in OUTCOMES} for kind in KINDS}
        for kind in before.sent_to if before else ():
            kinds[kind]["waiting"] += max(0, before.sent_to[kind] - sum(kinds[kind].values()))
        sent_to = {kind: sum(row.values()) for kind, row in kinds.items()}
        if received >= floor[0] and received - waiting >= floor[1] and sum(sent_to.values()) >= floor[2]:
            break
        most += 3
    sent = sum(sent_to.values())
    districts = _some(chance, received)
    sent_districts = _some(chance, sent)
    # What the database cannot hold: a referral without an acknowledged report, or of a district without one.
    if received == waiting:
        sent, sent_to, kinds, sent_districts = 0, {}, {}, {}
    sent_districts = {name: count if districts.get(name) else 0 for name, count in sent_districts.items()}
    return Tally(
        received=received,
        waiting=waiting,
        reports=parts,
        districts=districts,
        sent=sent,
        sent_to=sent_to,
        kinds=kinds,
        sent_districts=sent_districts,
        acknowledge_days=[chance.randint(0, 90) for _ in range(received - waiting)],
        answer_days={
            kind: [chance.randint(0, 400) for _ in range(row["answered"] + row["refused"])]
            for kind, row in kinds.items()
        },
    )


def _some(chance: Random, whole: int) -> dict[str, int]:
    first = chance.randint(0, whole)
    return {DISTRICTS[0]: first, DISTRICTS[1]: chance.randint(0, whole - first)}
