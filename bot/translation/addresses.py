"""Which addresses a translator may have: the school's own network for one, https for a service outside it.

Knows addresses only; every sentence is for the operator and repeats nothing of the address.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

_PRIVATE = tuple(
    ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


def is_private(address: str) -> bool:
    """True for a loopback or private address; false for public, link-local, multicast or unreadable ones."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in _PRIVATE)


def ensure_private(
    url: str, resolve: Callable[..., Any] = socket.getaddrinfo, *, setting: str = "LIBRETRANSLATE_URL"
) -> str:
    """The address of a server, ending in a slash, known to lie inside the school's network.

    Raises ValueError with a sentence for the operator.
    """
    parts = _split(url, setting)
    try:
        addresses = {info[4][0] for info in resolve(parts.hostname, parts.port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        addresses = set()
    if not addresses:
        raise ValueError(f"{setting} names a host that cannot be found.")
    if not all(is_private(address) for address in addresses):
        raise ValueError(f"{setting} must be a loopback or private address.")
    return url.rstrip("/") + "/"


def ensure_secret(url: str, setting: str) -> str:
    """The address of a service outside, ending in a slash: nobody on the way to it can read along.

    Raises ValueError with a sentence for the operator.
    """
    parts = _split(url, setting)
    if parts.scheme != "https" and not _is_this_computer(parts.hostname or ""):
        raise ValueError(f"{setting} must begin with https://.")
    return url.rstrip("/") + "/"


def _split(url: str, setting: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if host is None or parts.scheme not in ("http", "https") or not url.isascii() or not url.isprintable():
        raise ValueError(f"{setting} must be an address that begins with http:// or https://.")
    if any(mark in url for mark in "@?#\\ "):
        raise ValueError(f"{setting} must not hold a user name, a password, a question or spaces.")
    return parts


def _is_this_computer(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
