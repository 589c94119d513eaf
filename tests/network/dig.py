"""Debian's `dig`, asking a server on this machine."""

from __future__ import annotations

import shutil
import subprocess
from typing import NamedTuple

import yaml

MISSING = "These tests need dig: install it, on Debian with `apt-get install bind9-dnsutils`."


class Answer(NamedTuple):
    """What dig received; a record is a line as in a zone file."""

    status: str
    flags: list[str]
    protocol: str
    answer: list[str]
    authority: list[str]
    additional: list[str]


def dig(port: int, *words: str) -> Answer:
    """`dig @127.0.0.1 -p port words…`.

    Raises:
        RuntimeError: where dig is not installed or got no answer.
    """
    program = shutil.which("dig")
    if program is None:
        raise RuntimeError(MISSING)
    command = [program, "@127.0.0.1", "-p", str(port), "+yaml", "+tries=1", "+time=20", *words]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    found = yaml.safe_load(text)[0]
    if "response_message_data" not in found["message"]:
        raise RuntimeError(text)
    data = found["message"]["response_message_data"]
    sections = ("ANSWER_SECTION", "AUTHORITY_SECTION", "ADDITIONAL_SECTION")
    return Answer(
        data["status"],
        data["flags"].split(),
        found["message"]["socket_protocol"],
        *(data.get(section, []) for section in sections),
    )
