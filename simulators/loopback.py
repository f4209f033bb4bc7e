"""A stand-in speaks over real HTTP on the loopback address, so timeouts and broken connections are real too."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class TlsBestanden:
    """PEM files for HTTPS; with `ca` set, a client must show a certificate that this authority signed."""

    certificaat: Path
    sleutel: Path
    ca: Path | None = None


class _Server(uvicorn.Server):
    """uvicorn without a ticking loop and without signal handlers: the process belongs to who started the stand-in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._genoeg = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        await self._genoeg.wait()

    def houd_op(self) -> None:
        """End `main_loop`, after which uvicorn shuts down."""
        self.should_exit = True
        self._genoeg.set()


class Loopback:
    """Serves an ASGI app on 127.0.0.1 at a free port, from `start` until `stop`."""

    def __init__(self, app: ASGIApp, tls: TlsBestanden | None = None) -> None:
        self._app = app
        self._tls = tls
        self._server: _Server | None = None
        self._taak: asyncio.Task[None] | None = None
        self._basis = ""

    @property
    def basis(self) -> str:
        """Scheme, address and port; empty before the first start. A later start takes another port."""
        return self._basis

    async def start(self) -> None:
        """Listen; a request sent from now on is answered, for the socket listens before the server runs."""
        if self._taak is not None:
            raise RuntimeError("is already running")
        # With the protocol named, asyncio turns Nagle's algorithm off; without it every answer waits some 40 ms.
        lijn = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        lijn.bind(("127.0.0.1", 0))
        lijn.listen(128)
        tls = self._tls
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=tls.certificaat if tls else None,
            ssl_keyfile=tls.sleutel if tls else None,
            ssl_ca_certs=str(tls.ca) if tls and tls.ca else None,
            ssl_cert_reqs=ssl.CERT_REQUIRED if tls and tls.ca else ssl.CERT_NONE,
        )
        self._server = _Server(config)
        self._taak = asyncio.create_task(self._server.serve(sockets=[lijn]))
        self._basis = f"{'https' if tls else 'http'}://127.0.0.1:{lijn.getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening and end what is under way; stopping twice does nothing."""
        if self._server is None or self._taak is None:
            return
        self._server.houd_op()
        await self._taak
        self._server = self._taak = None


class AfgebrokenAntwoord(Response):
    """Begins an answer and then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and one byte of a longer body, and nothing more."""
        koppen = [(b"content-type", b"text/plain"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": koppen})
        await send({"type": "http.response.body", "body": b" ", "more_body": True})


class ZwijgendAntwoord(Response):
    """Never answers: waits until the other side hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the client to disconnect."""
        while (await receive())["type"] != "http.disconnect":
            pass
