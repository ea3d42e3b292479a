"""What an operator sees of a running program: readiness at the public door, figures at the private one, JSON logs."""

import json
import signal
import socket
from pathlib import Path

import httpx

from tests.fake_telegram import TOKEN, FakeTelegram
from tests.test_cli import Terminal, free_address, serving, tokens
from tests.test_cli import school as school  # noqa: PLC0414 - a fixture
from tests.test_cli import terminal as terminal  # noqa: PLC0414 - a fixture
from tests.web.browser import Browser

WITHIN_S = 20.0


def test_a_running_program_can_be_watched(school: Terminal, tmp_path: Path) -> None:
    """It is ready, counts what people do at both doors, and shows the figures at no public address."""
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    links = tokens(school)
    private = free_address()
    with FakeTelegram() as telegram:
        more = {
            "METRICS_LISTEN": private,
            "PUBLIC_URL": "http://praat.example",
            "TELEGRAM_API_URL": telegram.url,
            "TELEGRAM_TOKEN_FILE": str(secret),
        }
        with serving(school, **more) as (process, url), Browser(url) as phone:
            telegram.person_says(77, f"/start {links['p-pieter']}", language="nl")
            telegram.wait_for_messages(77, 1, WITHIN_S)
            phone.join(links["p-agnieszka"])
            ready = phone.client.get("/readyz")
            assert (ready.status_code, ready.text) == (200, "ready\n")
            assert phone.client.get("/metrics").status_code == 404
            figures = httpx.get(f"http://{private}/metrics").text
            process.send_signal(signal.SIGTERM)
            assert process.wait(WITHIN_S) == 0
    lines = figures.splitlines()
    assert "oudergesprek_database_up 1.0" in lines
    assert 'oudergesprek_received_total{door="telegram"} 1.0' in lines
    assert 'oudergesprek_polls_total{outcome="news"} 1.0' in lines
    assert any(line.startswith("oudergesprek_step_seconds_count ") for line in lines)
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
    for word in (TOKEN, "Agnieszka", "Pieter", "Kuba", *links.values(), phone.path):
        assert word not in figures


def test_a_private_address_that_is_taken(school: Terminal) -> None:
    """The program does not start without the figures it was asked for; one sentence names the setting."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        code, out, err = school.type("run", LISTEN=free_address(), METRICS_LISTEN=taken)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("METRICS_LISTEN")


def test_logs_for_machines(school: Terminal) -> None:
    """With LOG_FORMAT=json each line on standard error of a program at work is one object."""
    doors = {"TELEGRAM_TOKEN": TOKEN, "LOG_FORMAT": "json"}
    with FakeTelegram() as telegram, serving(school, TELEGRAM_API_URL=telegram.url, **doors) as (process, _):
        telegram.deliver(message={"message_id": 1, "text": "Lubi klocki."})
        telegram.person_says(77, "/start")
        telegram.wait_for_messages(77, 1, WITHIN_S)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WITHIN_S)
    records = [json.loads(line) for line in err.splitlines()]
    assert all(set(record) >= {"time", "level", "logger", "message"} for record in records)
    assert any(record["logger"].startswith("bot.channels.telegram") for record in records)
    assert "klocki" not in err
