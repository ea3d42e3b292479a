"""Calls to the Bot API over aiohttp, at the place the library keeps for another client.

Its own client takes five times the processor time for each call, and more the more calls are under way.
"""

import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import certifi
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 30.0  # how long a call may wait for a free connection
_JSON = {"Content-Type": "application/json"}


class _Plain:
    """Arguments without a file, in the place of the library's own object for them."""

    contains_files = False

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self.json_payload = json.dumps(arguments).encode()


async def call(bot: Bot, method: str, arguments: Mapping[str, Any]) -> Any:
    """What a method of the Bot API answers, as plain data; errors are the library's.

    The library's own methods make objects of all that goes and comes: eight times the processor time for a message.
    """
    data: Any = _Plain(arguments)
    return await bot.request.post(f"{bot.base_url}/{method}", request_data=data)


class ApiRequest(BaseRequest):
    """A pool of connections to one Bot API, opened at the first call; of one event loop."""

    def __init__(self, api_url: str, *, connections: int, read_timeout_s: float) -> None:
        self._api_url = api_url
        self._connections = connections
        self._read_timeout_s = read_timeout_s
        self.dated = ""  # when the server says it answered last
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The longest silence of the server, in seconds, where a call names none itself."""
        return self._read_timeout_s

    async def initialize(self) -> None:
        """Nothing is opened before the first call."""

    async def shutdown(self) -> None:
        """No connection is open any more."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,  # noqa: ARG002 - a call that stands still ends by the time it may be silent
        connect_timeout: Any = None,  # noqa: ARG002 - the same for all calls
        pool_timeout: Any = None,  # noqa: ARG002 - the same for all calls
    ) -> tuple[int, bytes]:
        """Status and bytes of the answer. Errors hold no address, for it holds the token."""
        silence_s = read_timeout if isinstance(read_timeout, int | float) else self._read_timeout_s
        timeout = aiohttp.ClientTimeout(
            connect=POOL_TIMEOUT_S, sock_connect=CONNECT_TIMEOUT_S, sock_read=silence_s
        )
        if self._session is None:
            self._session = self._open()
        try:
            async with self._session.request(
                method, url, data=_body(request_data), headers=_headers(request_data), timeout=timeout
            ) as response:
                self.dated = response.headers.get("Date", "")
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections, ssl=_trust()),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=_proxy(self._api_url),
            headers={"User-Agent": self.USER_AGENT},
        )


def _trust() -> ssl.SSLContext:
    """Certificates of this computer and, for a computer that has none, those that travel with Python packages."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _proxy(api_url: str) -> str | None:
    """The proxy that the environment names for this address; asked once, not for every call."""
    address = urlsplit(api_url)
    if proxy_bypass(address.hostname or ""):
        return None
    return getproxies().get(address.scheme)


def _headers(request_data: RequestData | None) -> dict[str, str] | None:
    return None if request_data is None or request_data.contains_files else _JSON


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_payload  # far cheaper than a form
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form
