"""Opening a database: by its URL, with its tables up to date, errors in one line.

SQLite runs with a write-ahead log. Its commits survive the death of any process at any
moment; a power cut may take the last of them, never a part of one, and what is lost is
graded again. PostgreSQL keeps every commit.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    URL,
    Connection,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from grader.errors import InfrastructureError
from grader.store.schema import HEAD

# how long a writer waits for another's transaction; ours take milliseconds
PATIENCE_S = 60
# PostgreSQL's lock on changing the tables; any number that nobody else uses
MIGRATION_LOCK = 0x67726164
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
KNOWN = ("sqlite", "postgresql")
EXPECTED = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
# SQLite's words for a file that is torn, or was never one of its own
TORN = ("malformed", "not a database")


class Database:
    """A gradebook's database, tables up to date."""

    def __init__(self, url: str) -> None:
        """Open it, and bring its tables up to date.

        Args:
            url: SQLAlchemy's: `sqlite:///results/gradebook.sqlite`,
                `postgresql://teacher@server/course`.

        Raises:
            InfrastructureError: If it is no such URL, can't be reached, is none of ours or
                was written by a newer grader.
        """
        self._url = _parsed(url)
        self.name = self._url.render_as_string(hide_password=True)
        with self._one_line():
            self._prepare_file()
            self._engine = create_engine(self._url, **_options(self._url))
            if self._url.get_backend_name() == "sqlite":
                event.listen(self._engine, "connect", _configure_sqlite)
                event.listen(self._engine, "begin", _begin_sqlite)
            try:
                self._migrate()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection whose reads all see one moment.

        Raises:
            InfrastructureError: If the database refuses.
        """
        with self._one_line(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose writes are all kept, or none.

        Raises:
            InfrastructureError: If the database refuses.
            IntegrityError: If somebody else has written the same first.
        """
        with self._one_line(), self._engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                yield writer

    @contextlib.contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError) as error:
            raise InfrastructureError(
                f"the gradebook {self.name} can't be used: {_reason(error)}"
            ) from error
        except ModuleNotFoundError as error:
            raise InfrastructureError(
                f"the gradebook {self.name} needs the package {error.name}: "
                "pip install 'grader[postgres]'"
            ) from error

    def _prepare_file(self) -> None:
        """Create SQLite's file for its owner alone: it holds seeds and marks."""
        named = self._url.database
        if self._url.get_backend_name() != "sqlite" or not named:
            return
        Path(named).parent.mkdir(parents=True, exist_ok=True)
        os.close(
            os.open(named, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
        )

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            if _revision(connection) == HEAD:
                return
        with self._engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                if writer.dialect.name == "postgresql":
                    writer.execute(
                        text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
                    )
                self._upgrade(writer)

    def _upgrade(self, connection: Connection) -> None:
        # half as slow to import as all the rest, and hardly ever needed
        from alembic import command
        from alembic.script import ScriptDirectory
        from alembic.util import CommandError

        config = migrations()
        config.attributes["connection"] = connection
        revision = _revision(connection)
        if revision is not None:
            try:
                ScriptDirectory.from_config(config).get_revision(revision)
            except CommandError as error:
                raise InfrastructureError(
                    f"the gradebook {self.name} was written by a newer grader (its tables "
                    f"are {revision}, this grader knows them up to {HEAD}): update grader"
                ) from error
        command.upgrade(config, "head")


def migrations() -> Any:
    """Return Alembic's configuration, without a database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        driver = DRIVERS.get(parsed.drivername, parsed.drivername)
        known = parsed.set(drivername=driver)
        with contextlib.suppress(ModuleNotFoundError):
            known.get_dialect()
    except (SQLAlchemyError, ValueError) as error:
        # the URL itself may hold a password
        raise InfrastructureError(f"the gradebook's URL is none, {EXPECTED}") from error
    backend = known.get_backend_name()
    if backend not in KNOWN:
        raise InfrastructureError(f"the gradebook can't be in {backend}, {EXPECTED}")
    if backend == "sqlite" and known.database in {None, "", ":memory:"}:
        raise InfrastructureError(
            f"the gradebook would be lost with the process that fills it, {EXPECTED}"
        )
    return known


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": PATIENCE_S}}
    # a server that was restarted over night must not end tomorrow's run
    return {"pool_pre_ping": True}


def _configure_sqlite(connection: Any, _record: object) -> None:
    # the driver's own transactions begin too late and end before tables change
    connection.isolation_level = None
    cursor = connection.cursor()
    _keep_log(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _keep_log(cursor: sqlite3.Cursor) -> None:
    """Switch to a write-ahead log; of two who do so at once SQLite lets one wait itself."""
    for attempt in range(PATIENCE_S * 20):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == PATIENCE_S * 20 - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # a reader that turns writer in the middle would fail instead of waiting
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    """Return which migration the tables stand at; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(
        select(text("version_num FROM alembic_version"))
    ).scalar()
    return None if found is None else str(found)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    reason = lines[0].strip() if lines else type(error).__name__
    if any(word in reason for word in TORN):
        reason += "; put a copy of it there, or move it away and grade again"
    return reason
