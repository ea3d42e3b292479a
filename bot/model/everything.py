"""Imports every file of entities, so that the metadata is complete for migrations and sessions."""

from bot.model import (
    agreements,
    conversation,
    dossier,
    drafts,
    messages,
    people,
    preparation,
    privacy,
    report,
    rhythm,
    suggestion,
    teacher_preparation,
    transcript,
    translation,
    workers,
)
from bot.model.base import Base

ENTITY_FILES = (
    agreements,
    conversation,
    dossier,
    drafts,
    messages,
    people,
    preparation,
    privacy,
    report,
    rhythm,
    suggestion,
    teacher_preparation,
    transcript,
    translation,
    workers,
)
metadata = Base.metadata
