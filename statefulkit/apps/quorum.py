"""A quorum store: each value is kept by a majority of the members, found by their names (T52).

The members of a set of $MEMBERS (3 by default) are `<set>-<i>.<subdomain>`, with id i + 1. A write
counts when a majority has it; a read asks a majority and takes the newest version. So any two
majorities share a member that knows.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from statefulkit.apps.world import Reply, Request, World

PORT = 2379
DATA = "/var/lib/quorum"


class Value(NamedTuple):
    """A text and its version; version 0 means that nobody has written it."""

    version: int
    text: str


def serve(world: World, request: Request) -> Reply:
    """The store's HTTP interface.

    `GET /key` and data to `/key` read and write by majority; `/local/key` is this member's own copy,
    perhaps an old one; `/members` says who can be reached; `/peer/key` is what members ask each other.
    Without a majority: 503.
    """
    where, _, key = request.path.strip("/").rpartition("/")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", key) or where not in ("", "local", "peer"):
        return Reply(404, f"no such path: {request.path}")
    if where == "" and key == "members":
        return Reply(200, "\n".join(_members(world)))
    if where == "peer":
        return _peer(world, key, request.data)
    if where == "local":
        own = _own(world, key)
        return Reply(200, own.text) if own.version else Reply(404, f"no such key: {key}")
    return _by_majority(world, key, request.data)


def _size(world: World) -> int:
    text = world.env("MEMBERS", "3")
    return int(text) if text.isdecimal() and int(text) else 3


def _names(world: World) -> list[str]:
    """The members' names, as this one asks for them."""
    set_name = world.host.rpartition("-")[0]
    return [f"{set_name}-{i}.{world.pod.spec.subdomain}" for i in range(_size(world))]


def _is_me(world: World, name: str) -> bool:
    return name.partition(".")[0] == world.host


# -- this member ----------------------------------------------------------------------------------


def _own(world: World, key: str) -> Value:
    text = world.read(f"{DATA}/{key}")
    return Value(*json.loads(text)) if text else Value(0, "")


def _accept(world: World, key: str, value: Value) -> None:
    """Keep a value, unless a newer one is here."""
    if value.version > _own(world, key).version:
        world.write(f"{DATA}/{key}", json.dumps(value))


def _peer(world: World, key: str, data: str | None) -> Reply:
    if data is not None:
        _accept(world, key, Value(*json.loads(data)))
    return Reply(200, json.dumps(_own(world, key)))


# -- all members ----------------------------------------------------------------------------------


def _ask(world: World, name: str, key: str, value: Value | None = None) -> Value | None:
    """What a member has after it was offered `value`; None where it can't be reached."""
    if _is_me(world, name):
        if value is not None:
            _accept(world, key, value)
        return _own(world, key)
    data = None if value is None else json.dumps(value)
    response = world.call(f"http://{name}:{PORT}/peer/{key}", data)
    return Value(*json.loads(response.body)) if response.status == 200 else None


def _by_majority(world: World, key: str, data: str | None) -> Reply:
    """Ask all; go on with a majority; see that a majority has the value before saying so."""
    size = _size(world)
    need = size // 2 + 1
    found = {name: value for name in _names(world) if (value := _ask(world, name, key)) is not None}
    if len(found) < need:
        return Reply(503, f"no quorum: reached {len(found)} of {size} members, need {need}")
    newest = max(found.values())
    if data is not None:
        newest = Value(newest.version + 1, data)
    kept = [v for name in found if (v := _ask(world, name, key, newest)) is not None]
    if len(kept) < need:
        return Reply(503, f"no quorum: {len(kept)} of {size} members have it, need {need}")
    if data is not None:
        return Reply(200, f"version {newest.version} on {len(kept)} of {size} members")
    return Reply(200, newest.text) if newest.version else Reply(404, f"no such key: {key}")


def _members(world: World) -> list[str]:
    lines = []
    for number, name in enumerate(_names(world), start=1):
        there = "this one" if _is_me(world, name) else "reached"
        if _ask(world, name, "members") is None:
            there = "not reached"
        lines.append(f"{number}\t{name}\t{there}")
    return lines
