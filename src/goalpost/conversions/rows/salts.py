"""The salts of visitor numbers: one random secret for each UTC day, destroyed when the day is over."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from goalpost.conversions.rows.tables import visitor_salts


def salts_made_on(db: Connection, made_on: date, *, fresh: bytes) -> Mapping[date, bytes]:
    """Return the salts that were made on a day, the day's own among them; stores `fresh` as that when there is none.

    Older versions made salts of their own for other days, whose events came in on that day.
    """
    found = _salts(db, made_on)
    if made_on in found:
        return found
    row = {"day": made_on.isoformat(), "salt": fresh.hex(), "made_on": made_on.isoformat()}
    try:
        with db.begin_nested():
            # What an older version made for events that were ahead of their day goes with the day it was made on.
            ahead = (visitor_salts.c.day == row["day"]) & (visitor_salts.c.made_on < row["day"])
            db.execute(delete(visitor_salts).where(ahead))
            db.execute(insert(visitor_salts).values(**row))
    except IntegrityError:  # another process on the same database was quicker
        return _salts(db, made_on)
    return {**found, made_on: fresh}


def destroy_old_salts(db: Connection, today: date) -> int:
    """Destroy every salt that was made before `today`, or for a day that had not come; says how many."""
    old = or_(visitor_salts.c.made_on < today.isoformat(), visitor_salts.c.day > visitor_salts.c.made_on)
    return db.execute(delete(visitor_salts).where(old)).rowcount


def _salts(db: Connection, made_on: date) -> dict[date, bytes]:
    query = select(visitor_salts.c.day, visitor_salts.c.salt).where(visitor_salts.c.made_on == made_on.isoformat())
    return {date.fromisoformat(day): bytes.fromhex(salt) for day, salt in db.execute(query)}
