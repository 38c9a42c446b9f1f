"""A database of each kind: SQLite always, PostgreSQL where it is installed."""

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from grader.store.gradebook import Gradebook

_numbers = itertools.count()
POSTGRES = pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))


@pytest.fixture(params=["sqlite", POSTGRES])
def url(request, tmp_path):
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gradebook.sqlite"
    server = request.getfixturevalue("postgres")
    name = f"grader_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def book(url):
    with Gradebook(url) as book:
        yield book


@pytest.fixture(scope="session")
def postgres():
    """Start a server on a socket in a directory of its own; give its URL."""
    pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    owner = {}
    home = tempfile.mkdtemp(prefix="grader-postgres-")
    if os.geteuid() == 0:
        # the server refuses to run as root
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(home, "postgres", "postgres")

    def run(program, *arguments):
        command = [programs / program, "-D", f"{home}/data", *arguments]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=home,
            timeout=60,
            **owner,
        )

    run("initdb", "--username=teacher", "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-c listen_addresses= -c fsync=off -k {home}"
    run("pg_ctl", "start", "--wait", "-l", f"{home}/log", "-o", options)
    yield f"postgresql+psycopg://teacher@/postgres?host={home}"
    run("pg_ctl", "stop", "--wait", "--mode=immediate")
    shutil.rmtree(home)


def _programs():
    debians = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (debians and debians[-1])
    return Path(found).parent if found else None
