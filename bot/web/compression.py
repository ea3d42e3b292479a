"""Pages of the desk and the dossier, and our own files, go out compressed: a phone pays for every kilobyte.

Not the chat, whose stream must arrive word for word, and no voice message, of which a browser asks for pieces.
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

COMPRESSED = ("/desk/", "/dossier/", "/static/")
PIECEWISE = "/file/"
FROM_BYTES = 1000


class Compressed:
    """What is asked for under these addresses is compressed for a browser that can read it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, minimum_size=FROM_BYTES, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer, compressed or as it is."""
        path = scope["path"] if scope["type"] == "http" else ""
        compressed = path.startswith(COMPRESSED) and PIECEWISE not in path
        await (self._compressed if compressed else self._app)(scope, receive, send)
