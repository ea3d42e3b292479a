"""Secrets that open something: made at random, stored only as a hash."""

import hashlib
import secrets

TOKEN_BYTES = 24  # 32 letters of A-Z a-z 0-9 _ -, fit for a Telegram start parameter


def new_token() -> str:
    """A secret nobody can guess, safe to stand in a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """The hash by which a token is stored and looked up."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
