"""Commands that serve until they are stopped: the school's own house, and the throw-away one of the demo."""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import closing

import uvicorn

from bot.cli.database import bring_up_to_date
from bot.cli.terminal import Commands, add, is_loopback, note
from bot.demo import play_script, serve_demo
from bot.model.errors import OperatorError
from bot.settings import Settings, read_settings
from bot.wiring import House, wire

STOP_WITHIN_S = 5


def register(commands: Commands) -> None:
    """`demo` and `run` can be typed."""
    demo = add(commands, "demo", _demo, "A throw-away school to look at: phones and the desk in one page.")
    demo.add_argument("--script", action="store_true", help="play one talk in the terminal instead")
    add(commands, "run", _run, "Serve the web door, and Telegram when TELEGRAM_TOKEN is set.")


def _demo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    if options.script:
        return play_script()
    settings = read_settings({"LISTEN": environment.get("LISTEN", "")})
    if not is_loopback(settings.listen_host):
        raise OperatorError("The demo is for this computer only; set LISTEN to 127.0.0.1 and a port.")
    with closing(_listening_socket(settings)) as listening:
        serve_demo(
            settings.listen_host,
            settings.listen_port,
            lambda house: asyncio.run(_serve(house, listening)),
        )
    return 0


def _run(_options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    with closing(_listening_socket(settings)) as listening, closing(_house_to_run(settings)) as house:
        bring_up_to_date(settings, house.database)
        print(f"The web door is open at {settings.public_url}/ (stop with Ctrl+C).")
        if settings.telegram_token is None:
            print("TELEGRAM_TOKEN is not set: only the web door is served.")
        elif house.tools.telegram_name:
            print(f"The Telegram door is open at https://t.me/{house.tools.telegram_name}.")
        sys.stdout.flush()
        asyncio.run(_serve(house, listening))
    return 0


def _house_to_run(settings: Settings) -> House:
    """The house, also while Telegram is away: then its loop tries again, and the web door is open meanwhile."""
    try:
        return wire(settings, ask_telegram=True)
    except OperatorError as fault:
        house = wire(settings)
        note(str(fault))
        return house


def _listening_socket(settings: Settings) -> socket.socket:
    try:
        found = socket.getaddrinfo(
            settings.listen_host, settings.listen_port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return socket.create_server(found[0][4][:2], family=found[0][0])
    except OSError as fault:
        raise OperatorError(f"LISTEN names an address that cannot be used: {fault.strerror}.") from None


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        """Signals are ours: after the server, the background work has to end too."""
        return contextlib.nullcontext()


async def _serve(house: House, listening: socket.socket) -> None:
    """Pages and background work go on until a signal; both have ended when this returns."""
    server = _Server(
        uvicorn.Config(
            house.application,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )
    stop = asyncio.Event()

    def leave(*_: object) -> None:
        server.should_exit = True
        house.bell.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, leave)
    work = asyncio.create_task(house.work(stop))
    work.add_done_callback(leave)
    try:
        await server.serve(sockets=[listening])
    finally:
        stop.set()
        await work
