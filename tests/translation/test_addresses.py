import socket
from typing import Any

import pytest

from bot.translation.addresses import ensure_private, ensure_secret, is_private


def resolving(*addresses: str) -> Any:
    """A name service that knows these addresses for every name."""
    return lambda _host, _port, **_options: [(0, 0, 0, "", (address, 0)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.20",
        "::1",
        "fd12::7",
        "::ffff:10.0.0.1",
    ],
)
def test_addresses_inside_are_private(address: str) -> None:
    """Loopback and the private ranges stay in the school."""
    assert is_private(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "172.32.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - not bound, refused
        "100.64.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "school.example",
        "",
    ],
)
def test_addresses_outside_are_not_private(address: str) -> None:
    """Public, link-local, multicast, reserved and unreadable addresses are all refused."""
    assert not is_private(address)


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000/"),
        ("https://[::1]:5000", "https://[::1]:5000/"),
        ("http://192.168.1.20/translate", "http://192.168.1.20/translate/"),
    ],
)
def test_an_address_inside_is_used_with_one_slash(written: str, used: str) -> None:
    """Without the slash a path would be glued to the host."""
    assert ensure_private(written) == used


def test_every_address_of_a_name_must_be_inside() -> None:
    """A name counts as inside only if all it leads to is."""
    url = "http://translator.school:5000"
    assert ensure_private(url, resolving("10.0.0.5", "fd00::5")) == url + "/"
    for outside in ("8.8.8.8", "169.254.169.254", "fe80::1"):
        with pytest.raises(ValueError, match="must be a loopback or private address"):
            ensure_private(url, resolving("10.0.0.5", outside))


def unknown(*_arguments: object, **_options: object) -> Any:
    """A name service that knows nothing."""
    raise socket.gaierror


@pytest.mark.parametrize("resolve", [unknown, resolving()])
def test_a_name_that_leads_nowhere_is_refused(resolve: Any) -> None:
    """What cannot be checked is not used."""
    with pytest.raises(ValueError, match="cannot be found"):
        ensure_private("http://translator.school", resolve)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "geheim",
        "//127.0.0.1",
        "ftp://127.0.0.1/geheim",
        "file:///etc/geheim",
        "http://",
        "http://:5000",
        "http://127.0.0.1:geheim",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://user:geheim@127.0.0.1",
        "http://geheim@127.0.0.1",
        "http://127.0.0.1/?api_key=geheim",
        "http://127.0.0.1/#geheim",
        "http://127.0.0.1\\geheim",
        "http://127.0.0.1/ geheim",
        "http://127.0.0.1/\ngeheim",
        "http://geheim\u3002example",
        "http://8.8.8.8/geheim",
        "http://169.254.169.254/geheim",
        "http://0.0.0.0/geheim",
        "http://134744072/geheim",
        "http://" + "geheim" * 50,
    ],
)
def test_a_bad_address_stops_with_a_sentence_that_repeats_nothing(url: str) -> None:
    """The operator reads which setting is wrong and why, never what stood in it."""
    with pytest.raises(ValueError, match=r"^LIBRETRANSLATE_URL .*\.$") as raised:
        ensure_private(url)
    assert "geheim" not in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("https://translator.example", "https://translator.example/"),
        ("https://translator.example/eu/", "https://translator.example/eu/"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/"),
    ],
)
def test_a_service_outside_is_reached_by_https(written: str, used: str) -> None:
    """Nobody on the way can read along; only what stays on this computer may do without."""
    assert ensure_secret(written, "DEEPL_URL") == used


@pytest.mark.parametrize(
    "url",
    [
        "",
        "geheim",
        "http://geheim.example",
        "http://10.0.0.1/geheim",
        "https://geheim@translator.example",
        "https://translator.example/?geheim",
        "ftp://geheim.example",
    ],
)
def test_a_service_outside_is_reached_in_no_other_way(url: str) -> None:
    """The sentence names the setting and repeats nothing."""
    with pytest.raises(ValueError, match=r"^DEEPL_URL .*\.$") as raised:
        ensure_secret(url, "DEEPL_URL")
    assert "geheim" not in str(raised.value)
