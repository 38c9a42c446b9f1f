"""Run by Alembic: bring the database of the connection that we hand over up to date."""

from alembic import context

from grader.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite can't alter a column: Alembic copies the table instead
    render_as_batch=True,
    # one transaction for all: a cut leaves the old schema
    transactional_ddl=True,
)
context.run_migrations()
