"""Commands that serve until they are stopped: the school's own house, and the throw-away one of the demo."""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import uvicorn

from bot.channels.telegram.webhook_watch import webhook_address
from bot.cli import logs
from bot.cli.database import get_ready
from bot.cli.terminal import Commands, add, is_loopback, note
from bot.demo import play_script, serve_demo
from bot.model.errors import OperatorError
from bot.model.meters import Meters
from bot.settings import Settings, read_settings
from bot.storage.lock import sole_user
from bot.web import metrics
from bot.web.app import Application
from bot.web.metrics import PrometheusMeters
from bot.wiring import House, wire

PAGES_END_WITHIN_S = 4  # all has ended within five seconds
Doors = Sequence[tuple[Application, socket.socket]]


def register(commands: Commands) -> None:
    """`demo` and `run` can be typed."""
    demo = add(commands, "demo", _demo, "A throw-away school to look at: phones and the desk in one page.")
    demo.add_argument("--script", action="store_true", help="play one talk in the terminal instead")
    run = add(commands, "run", _run, "Serve the web door, and Telegram when TELEGRAM_TOKEN is set.")
    run.add_argument(
        "--webhook", action="store_true", help="let Telegram send to PUBLIC_URL instead of asking it"
    )


def _demo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    if options.script:
        return play_script()
    settings = read_settings({"LISTEN": environment.get("LISTEN", "")})
    if not is_loopback(settings.listen_host):
        raise OperatorError("The demo is for this computer only; set LISTEN to 127.0.0.1 and a port.")
    with closing(_listening_socket("LISTEN", settings.listen_host, settings.listen_port)) as listening:
        serve_demo(
            settings.listen_host,
            settings.listen_port,
            lambda house: asyncio.run(_serve(house, listening)),
        )
    return 0


def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = read_settings(environment)
    logs.use(settings.log_format)
    if options.webhook and settings.telegram_token is None:
        raise OperatorError("--webhook needs TELEGRAM_TOKEN, the token that BotFather gave.")
    meters = PrometheusMeters()
    with (
        sole_user(settings.sqlite_file),
        closing(_listening_socket("LISTEN", settings.listen_host, settings.listen_port)) as listening,
        closing(_house_to_run(settings, webhook=options.webhook, meters=meters)) as house,
        _private_doors(settings, house, meters) as private,
    ):
        get_ready(settings, house)
        print(f"The web door is open at {settings.public_url}/ (stop with Ctrl+C).")
        if settings.telegram_token is None:
            print("TELEGRAM_TOKEN is not set: only the web door is served.")
        elif house.tools.telegram_name:
            print(f"The Telegram door is open at https://t.me/{house.tools.telegram_name}.")
        if options.webhook:
            print(f"Telegram is told to send to {webhook_address(settings.public_url)}.")
        sys.stdout.flush()
        asyncio.run(_serve(house, listening, private))
    return 0


def _house_to_run(settings: Settings, *, webhook: bool, meters: Meters) -> House:
    """The house, also while Telegram is away: then its loop tries again, and the web door is open meanwhile."""
    try:
        return wire(settings, ask_telegram=True, webhook=webhook, meters=meters)
    except OperatorError as fault:
        house = wire(settings, webhook=webhook, meters=meters)
        note(str(fault))
        return house


@contextlib.contextmanager
def _private_doors(settings: Settings, house: House, meters: PrometheusMeters) -> Iterator[Doors]:
    """The figures, where METRICS_LISTEN asks for them."""
    if settings.metrics_listen is None:
        yield ()
        return
    with closing(_listening_socket("METRICS_LISTEN", *settings.metrics_listen)) as listening:
        yield [(metrics.application(meters, house.database, house.tools.clock), listening)]


def _listening_socket(name: str, host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return socket.create_server(found[0][4][:2], family=found[0][0])
    except OSError as fault:
        raise OperatorError(f"{name} names an address that cannot be used: {fault.strerror}.") from None


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        """Signals are ours: after the server, the background work has to end too."""
        return contextlib.nullcontext()


def _server(application: Application) -> _Server:
    return _Server(
        uvicorn.Config(
            application,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=PAGES_END_WITHIN_S,
        )
    )


async def _serve(house: House, listening: socket.socket, private: Doors = ()) -> None:
    """Pages and background work go on until a signal; both have ended when this returns."""
    doors = [(house.application, listening), *private]
    servers = [_server(application) for application, _ in doors]
    stop = asyncio.Event()

    def leave(*_: object) -> None:
        for server in servers:
            server.should_exit = True
        house.bell.close()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, leave)
    work = asyncio.create_task(house.work(stop))
    work.add_done_callback(leave)
    try:
        await asyncio.gather(
            *(server.serve(sockets=[opened]) for server, (_, opened) in zip(servers, doors, strict=True))
        )
    finally:
        stop.set()
        await work
