"""What SQLAlchemy says of a row, in our types."""

from sqlalchemy import CursorResult


def new_id(result: CursorResult[*tuple[object, ...]]) -> int:
    """Return the number that the database gave to a row that was just inserted."""
    key = result.inserted_primary_key
    assert key is not None  # noqa: S101  # of one row, into a table with a key
    return int(key[0])
