"""Imports every file of entities, so that the metadata is complete for migrations and sessions."""

from bot.model import (
    agreements,
    buddies,
    companions,
    conversation,
    dossier,
    drafts,
    gatherings,
    help_requests,
    helping,
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
    buddies,
    companions,
    conversation,
    dossier,
    drafts,
    gatherings,
    help_requests,
    helping,
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
