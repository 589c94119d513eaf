"""A real name server on this machine that answers for the cluster, so that `dig` can ask it.

Like CoreDNS, it keeps no records: each answer is worked out from the cluster as it is just then.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rrset

from statefulkit.network.dns import answer, question
from statefulkit.store import View

LOOPBACK = "127.0.0.1"
HEADER = 12  # bytes: what is shorter has no number to answer to
MOST_UDP, MOST_TCP = 512, 65535  # bytes: by UDP a client may allow more (EDNS)
IDLE_SECONDS = 10.0  # how long a client may leave a TCP connection unused
ATTEMPTS = 20  # to find a port that is free for both UDP and TCP


class NameServer:
    """The cluster's DNS: `query` asks it here, `serve` lets other programs ask."""

    def __init__(self, view: Callable[[], View]) -> None:
        """A name server over what `view` returns at the moment of each query."""
        self._view = view

    def query(self, name: str, type: str = "A") -> dns.message.Message:
        """CoreDNS's answer at this moment to one query for an absolute name (N9 to N30).

        Raises:
            ValueError: where the name or the type is none that DNS could be asked for.
        """
        view = self._view()
        return answer(view, question(view, name, type))

    def serve(self, port: int = 0) -> Server:
        """Listen on 127.0.0.1, by UDP and TCP, until the result is closed; 0 takes a free port.

        Raises:
            OSError: where the port is taken or not allowed.
        """
        return Server(self._view, port)


class Server:
    """A name server that listens; close it, or use it in a `with` statement.

    Attributes:
        port: where it listens on 127.0.0.1, by UDP and TCP.
    """

    port: int

    def __init__(self, view: Callable[[], View], port: int = 0) -> None:
        """Listen from now on; see `NameServer.serve`."""
        self._view = view
        self._tcp, self._udp = _listen(port)
        self.port = self._tcp.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"dns-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, end all connections and free the port."""
        with suppress(RuntimeError):  # it is closed already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())  # on leaving, the runner ends what still talks

    async def _serve(self) -> None:
        by_udp, _ = await self._loop.create_datagram_endpoint(
            lambda: _Datagrams(self._respond), sock=self._udp
        )
        by_tcp = await asyncio.start_server(self._converse, sock=self._tcp)
        await self._stop.wait()
        by_udp.close()
        by_tcp.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One TCP connection: queries and answers, each after its length in two bytes."""
        try:
            with suppress(asyncio.IncompleteReadError, TimeoutError, ConnectionError):
                while True:
                    async with asyncio.timeout(IDLE_SECONDS):
                        size = int.from_bytes(await reader.readexactly(2), "big")
                        wire = await reader.readexactly(size)
                    response = self._respond(wire, MOST_TCP)
                    if response is None:
                        break
                    writer.write(len(response).to_bytes(2, "big") + response)
                    await writer.drain()
        finally:
            writer.close()

    def _respond(self, wire: bytes, most: int) -> bytes | None:
        # The notebook's thread may change the cluster meanwhile: it replaces the state and never
        # changes it, so whoever reads the view once a query sees one moment.
        return respond(self._view, wire, most)


class _Datagrams(asyncio.DatagramProtocol):
    """UDP: each datagram is one query."""

    def __init__(self, respond: Callable[[bytes, int], bytes | None]) -> None:
        self._respond = respond

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        response = self._respond(data, MOST_UDP)
        if response is not None:
            self._transport.sendto(response, addr)


def respond(view: Callable[[], View], wire: bytes, most: int) -> bytes | None:
    """The answer to a query, both as bytes; at most `most` of them, or what the client allows.

    None where nothing can be answered: no header, or no query. What cannot be read gets FORMERR,
    and SERVFAIL says that working out the answer failed.
    """
    if len(wire) < HEADER or wire[2] & 0x80:  # the QR bit: an answer is never answered
        return None
    try:
        query = dns.message.from_wire(wire)
    except Exception:  # whatever a stranger sends: it must not stop the server
        return _refusal(wire, dns.rcode.FORMERR)
    try:
        size = most if query.edns < 0 or most == MOST_TCP else max(most, query.payload)
        return _to_wire(answer(view(), query), size)
    except Exception:
        return _refusal(wire, dns.rcode.SERVFAIL)


def _to_wire(message: dns.message.Message, size: int) -> bytes:
    """The message in `size` bytes: as CoreDNS does, as many records as fit, and then the TC flag."""
    # dnspython would shuffle; it keeps or drops the records of a name together: so one by one.
    try:
        return message.to_wire(max_size=size, want_shuffle=False)
    except dns.exception.TooBig:
        message.flags |= dns.flags.TC
        for section in (message.answer, message.authority, message.additional):
            section[:] = [
                dns.rrset.from_rdata(s.name, s.ttl, rdata) for s in section for rdata in s
            ]
        return message.to_wire(max_size=size, prefer_truncation=True)


def _refusal(wire: bytes, rcode: dns.rcode.Rcode) -> bytes:
    """A header alone: the query's number, opcode and wish for recursion, and the reason."""
    message = dns.message.Message(id=int.from_bytes(wire[:2], "big"))
    asked = int.from_bytes(wire[2:4], "big")
    message.flags = dns.flags.QR | (asked & (0x7800 | dns.flags.RD))
    message.set_rcode(rcode)
    return message.to_wire()


def _listen(port: int) -> tuple[socket.socket, socket.socket]:
    """A TCP and a UDP socket on the same port."""
    for attempt in range(ATTEMPTS):
        tcp = socket.create_server((LOOPBACK, port))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
            if port or attempt == ATTEMPTS - 1:
                raise
        else:
            return tcp, udp
    raise AssertionError
