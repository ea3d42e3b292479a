"""Alembic's entry: runs the migrations on the engine that was handed over."""

from alembic import context
from sqlalchemy import Engine

from bot.model.everything import metadata

engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
