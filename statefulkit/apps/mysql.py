"""MySQL: a primary, and replicas that clone their neighbour and follow the primary (T42 to T44).

The data are the statements that changed them, one a line, in the binlog file of the data directory.
To answer, they are played into an empty database; so there is one truth, and it lies in a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from statefulkit.apps.world import Reply, Request, World

PORT = 3306
BINLOG = "/var/lib/mysql/binlog"
MOST_STEPS = 5_000_000  # of the database's virtual machine, for one statement

_CHANGES = re.compile(r"\s*(create|insert|update|delete|drop|replace)\b", re.IGNORECASE)
_READS = re.compile(r"\s*select\b", re.IGNORECASE)
_DUMP = re.compile(r"show binlog events from ([0-9]+)", re.IGNORECASE)
_READ_ONLY = (
    "ERROR 1290 (HY000): The MySQL server is running with the --super-read-only option so it "
    "cannot execute this statement"
)


def ordinal(world: World) -> int:
    """The server's place in the row: from its host name, as the tutorial's init container does it.

    0, the primary, where nothing governs the Pod's name (T42).
    """
    found = re.fullmatch(r".*-([0-9]+)", world.host)
    return int(found[1]) if found and world.pod.spec.subdomain else 0


def source(world: World) -> str:
    """The name of the server that a replica copies from.

    A new one clones the ordinal before it, `mysql-1.mysql` for `mysql-2` (T42); from then on it
    follows the primary, `mysql-0.mysql` (T43).
    """
    number = 0 if has_data(world) else ordinal(world) - 1
    return f"{world.host.rpartition('-')[0]}-{number}.{world.pod.spec.subdomain}"


def has_data(world: World) -> bool:
    """Whether there is a binlog: a replica gets it with its clone."""
    return world.read(BINLOG) is not None


def binlog(world: World) -> list[str]:
    """The lines of the binlog; each is a statement in JSON."""
    return (world.read(BINLOG) or "").splitlines()


def is_ready(world: World) -> bool:
    """A primary at once; a replica when it has cloned its neighbour's data once (T42)."""
    return ordinal(world) == 0 or has_data(world)


def serve(world: World, request: Request) -> Reply:
    """The answer to one SQL statement, given as the request's data: 200 with rows, or 400.

    Rows are text with tabs, below a line with the columns' names, as `mysql -B` prints them.
    """
    statement = (request.data or "").strip().removesuffix(";")
    if dump := _DUMP.fullmatch(statement):
        return Reply(200, "\n".join(binlog(world)[int(dump[1]) :]))
    if _READS.match(statement):
        return _select(world, statement)
    if not _CHANGES.match(statement):
        return Reply(400, _syntax(statement))
    if ordinal(world) > 0:
        return Reply(400, _READ_ONLY)
    lines = [*binlog(world), json.dumps(statement)]
    error = _played(lines)[1]
    if error:
        return Reply(400, error)
    world.write(BINLOG, "\n".join(lines))
    return Reply(200, "")


def _syntax(statement: str) -> str:
    return (
        "ERROR 1064 (42000): You have an error in your SQL syntax; check the manual that "
        "corresponds to your MySQL server version for the right syntax to use near "
        f"'{statement[:80]}' at line 1"
    )


def _select(world: World, statement: str) -> Reply:
    own = {"@@server_id": str(100 + ordinal(world)), "@@hostname": f"'{world.host}'"}
    for name, value in own.items():
        asked = re.compile(rf"{name}(?=\s*(,|$|\sfrom\s))", re.IGNORECASE)
        statement = asked.sub(f"{value} AS '{name}'", statement)
    database, error = _played(binlog(world))
    if error:
        return Reply(400, error)
    try:
        cursor = database.execute(statement)
        rows = [tuple(c[0] for c in cursor.description), *cursor.fetchall()]
    except Exception as problem:
        return Reply(400, _told(problem, statement))
    return Reply(200, "\n".join("\t".join(map(_cell, row)) for row in rows))


def _cell(value: object) -> str:
    """A value as `mysql -B` prints it: one line, whatever is in it."""
    text = "NULL" if value is None else str(value)
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0")


def _played(lines: Iterable[str]) -> tuple[Any, str]:
    """A database in which the statements have been executed, and the last one's error or nothing."""
    import sqlite3  # only who uses a database pays for it

    database = sqlite3.connect(":memory:")
    database.set_authorizer(_allowed)
    database.set_progress_handler(lambda: 1, MOST_STEPS)
    error = ""
    for line in lines:
        statement = json.loads(line)
        try:
            database.execute(statement)
            error = ""
        except Exception as problem:
            error = _told(problem, statement)
    return database, error


def _allowed(action: int, *_: object) -> int:
    import sqlite3

    forbidden = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_PRAGMA)  # other files, other settings
    return sqlite3.SQLITE_DENY if action in forbidden else sqlite3.SQLITE_OK


def _told(problem: Exception, statement: str) -> str:
    missing = re.fullmatch(r"no such table: (.*)", str(problem))
    if missing:
        return f"ERROR 1146 (42S02): Table 'mysql.{missing[1]}' doesn't exist"
    taken = re.fullmatch(r"table (.*) already exists", str(problem))
    if taken:
        return f"ERROR 1050 (42S01): Table '{taken[1]}' already exists"
    return _syntax(statement)
