"""The daily salts of visitor numbers: made on demand, destroyed when the UTC day they were made on is over."""

from datetime import date

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from goalpost.db.tables import visitor_salts


def salt_of(db: Connection, day: date, *, today: date, fresh: bytes) -> bytes:
    """The salt of `day`; stores `fresh` as that when there is none yet."""
    query = select(visitor_salts.c.salt).where(visitor_salts.c.day == day.isoformat())
    known = db.execute(query).scalar_one_or_none()
    if known is not None:
        return bytes.fromhex(known)
    try:
        with db.begin_nested():
            db.execute(insert(visitor_salts).values(day=day.isoformat(), salt=fresh.hex(), made_on=today.isoformat()))
    except IntegrityError:  # another process on the same database was quicker
        return bytes.fromhex(db.execute(query).scalar_one())
    return fresh


def destroy_old_salts(db: Connection, today: date) -> int:
    """Destroy every salt that was made before `today`; says how many."""
    return db.execute(delete(visitor_salts).where(visitor_salts.c.made_on < today.isoformat())).rowcount
