"""The family of device a browser says it runs on, so that a person knows the own ones apart; nothing finer is kept."""

from starlette.requests import Request

_FAMILIES = (
    ("iphone", "iphone"),
    ("ipad", "ipad"),
    ("android", "android"),
    ("cros", "chromebook"),
    ("windows", "windows"),
    ("macintosh", "mac"),
    ("linux", "linux"),
)


def device_of(request: Request) -> str:
    """One of a few words; `other` for what says nothing known."""
    said = request.headers.get("user-agent", "").lower()
    return next((family for mark, family in _FAMILIES if mark in said), "other")
