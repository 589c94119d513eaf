"""A real name server on this machine that answers for the cluster, so that `dig` can ask it.

Like CoreDNS, it keeps no records: each answer is worked out from the cluster as it is just then.
"""

from __future__ import annotations

import os
import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

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
POLL_SECONDS = 0.05  # how soon a closed server notices
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
        self._tcp, self._udp = _listen(view, port)
        self.port = self._tcp.server_address[1]
        self._threads = [
            threading.Thread(target=each.serve_forever, args=(POLL_SECONDS,), daemon=True)
            for each in (self._tcp, self._udp)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop listening, end all connections and free the port."""
        for each in (self._tcp, self._udp):
            each.shutdown()
            each.server_close()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Udp(socketserver.UDPServer):
    """Each datagram is one query."""

    view: Callable[[], View]
    max_packet_size = MOST_TCP


class _Datagram(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        wire, sender = self.request
        response = respond(self.server.view, wire, MOST_UDP)
        if response is not None:
            sender.sendto(response, self.client_address)


class _Tcp(socketserver.ThreadingTCPServer):
    """Each connection has a thread of its own; closing the server ends them all."""

    view: Callable[[], View]
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers share a port

    def __init__(self, port: int) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((LOOPBACK, port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
            super().shutdown_request(request)

    def server_close(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client has gone
                    connection.shutdown(socket.SHUT_RDWR)
        super().server_close()  # waits for their threads


class _Connection(socketserver.StreamRequestHandler):
    """Queries and answers, each after its length in two bytes, until one side has enough."""

    server: _Tcp
    timeout = IDLE_SECONDS

    def handle(self) -> None:
        with suppress(OSError):  # the client has gone, or is silent for too long
            while len(size := self.rfile.read(2)) == 2:
                wire = self.rfile.read(int.from_bytes(size, "big"))
                response = respond(self.server.view, wire, MOST_TCP)
                if response is None:
                    break
                self.wfile.write(len(response).to_bytes(2, "big") + response)


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
        # The notebook's thread may change the cluster meanwhile: it replaces the state and never
        # changes it, so whoever reads the view once a query sees one moment.
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


def _listen(view: Callable[[], View], port: int) -> tuple[_Tcp, _Udp]:
    """A TCP and a UDP server on the same port."""
    for attempt in range(ATTEMPTS):
        tcp = _Tcp(port)
        try:
            udp = _Udp((LOOPBACK, tcp.server_address[1]), _Datagram)
        except OSError:
            tcp.server_close()
            if port or attempt == ATTEMPTS - 1:
                raise
        else:
            tcp.view = udp.view = view
            return tcp, udp
    raise AssertionError
