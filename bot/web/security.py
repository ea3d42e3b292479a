"""Secrets of browsers, one-time keys of forms, and the headers that every answer carries.

A form key is made with the secret that the browser holds in a cookie, so that no other site can make one. The same key
makes a second delivery of the form harmless. Nothing about it is stored before the form comes in.
"""

import hmac
import re
import secrets
from hashlib import sha256
from typing import Literal

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Framing = Literal["none", "self"]

COOKIE_LIFETIME_S = 400 * 24 * 3600  # the longest that browsers keep one
STATIC_LIFETIME_S = 365 * 24 * 3600
_KEY = re.compile(r"(?P<nonce>[\w-]{22})\.(?P<seal>[\w-]{32})(?:\.[\w-]{1,64})?", re.ASCII)


def new_secret() -> str:
    """A fresh secret for a cookie; it cannot be guessed."""
    return secrets.token_urlsafe(32)


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal; takes as long when they are not."""
    return hmac.compare_digest(one.encode(), other.encode())


def derived(secret: str, *purpose: str) -> str:
    """32 characters that only the holder of the secret gets for this purpose, the same at every call."""
    return hmac.new(secret.encode(), "\0".join(purpose).encode(), sha256).hexdigest()[:32]


def new_key(secret: str) -> str:
    """A one-time key for one form of the browser that holds this secret."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{derived(secret, 'form', nonce)}"


def is_genuine(key: str, secret: str) -> bool:
    """Whether the key was made for this secret; a page's script may lengthen a key with a part of its own."""
    found = _KEY.fullmatch(key)
    return found is not None and same(found["seal"], derived(secret, "form", found["nonce"]))


def delivery_key(key: str, secret: str, *content: str) -> str:
    """The same for every delivery of the same form; another when the person went back and changed what it says."""
    return f"web:{key}.{derived(secret, 'content', key, *content)[:16]}"


def from_another_site(request: Request) -> bool:
    """Whether the browser itself says that another site sent this form."""
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "same-site", "none"}


def keep_cookie(
    response: Response,
    name: str,
    secret: str,
    *,
    path: str,
    secure: bool,
    lifetime_s: int = COOKIE_LIFETIME_S,
) -> None:
    """The browser keeps the secret for this path only; no script and no other site can use it."""
    response.set_cookie(
        name, secret, max_age=lifetime_s, path=path, secure=secure, httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, name: str, *, path: str, secure: bool) -> None:
    """The browser forgets the secret."""
    response.delete_cookie(name, path=path, secure=secure, httponly=True, samesite="lax")


def _policy(framing: Framing) -> str:
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        f"frame-ancestors '{framing}'",
    ]
    if framing == "self":
        rules.append("frame-src 'self'")
    return "; ".join(rules)


class SecureHeaders:
    """Every answer forbids foreign scripts, framing, guessing of types, referrers and caches."""

    def __init__(self, app: ASGIApp, *, framing: Framing = "none") -> None:
        self._app = app
        self._always = (
            ("content-security-policy", _policy(framing)),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "SAMEORIGIN" if framing == "self" else "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "microphone=(self), camera=(self), geolocation=(), payment=()"),
            ("x-robots-tag", "noindex, nofollow"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always:
                    headers[name] = value
                headers["cache-control"] = _caching(scope, message["status"])
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _caching(scope: Scope, status: int) -> str:
    """Only our own files may be kept, and those whose address names their version for long."""
    if not scope["path"].startswith("/static/") or status >= 400:  # noqa: PLR2004
        return "no-store"
    if scope["query_string"].startswith(b"v="):
        return f"public, max-age={STATIC_LIFETIME_S}, immutable"
    return "no-cache"
