"""A SIP user agent for tests: registers, calls, is called, subscribes; nothing is hidden from the test."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.sip import digest
from tests.sip.call import Call
from tests.sip.connection import Connection
from tests.sip.message import Message, quoted
from tests.sip.policy import Answer, Policy
from tests.sip.transaction import ClientTransaction

Header = tuple[str, str]


class Refused(Exception):
    """The server refused a request; `response` says how."""

    def __init__(self, response: Message) -> None:
        super().__init__(response.start)
        self.response = response


@dataclass(slots=True)
class Account:
    """Where and as whom an agent speaks. `local_port` fixes its UDP port (0: any)."""

    user: str
    password: str
    server: tuple[str, int]
    transport: str = "udp"
    domain: str = "127.0.0.1"
    name: str = ""
    local_port: int = 0
    tls: ssl.SSLContext | None = None
    caller: str = ""
    """The user part of From when it is not `user` (a carrier shows its callers)."""
    extra: tuple[Header, ...] = field(default=())
    """Headers added to every INVITE."""


class UserAgent:
    """One SIP account. `policy` decides on incoming calls; `policy_for(call)` overrides it when set."""

    def __init__(self, account: Account, *, policy: Policy | None = None) -> None:
        self.account = account
        self.policy: Policy = policy or Answer()
        self.policy_for: Callable[[Call], Policy] | None = None
        self.calls: list[Call] = []
        self.notifies: list[Message] = []
        self.received: list[Message] = []
        self._incoming: asyncio.Queue[Call] = asyncio.Queue()
        self._notified: asyncio.Queue[Message] = asyncio.Queue()
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._answered: dict[tuple[str, str], bytes] = {}
        self._connection = Connection(account.transport, self._receive)
        self._register_id, self._register_cseq = secrets.token_hex(8), 0
        self.registered = False

    async def __aenter__(self) -> Self:
        """Open the socket."""
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every call and close."""
        await self.close()

    async def open(self) -> None:
        """Open the socket or the connection."""
        await self._connection.open(self.account.server, tls=self.account.tls, port=self.account.local_port)

    async def close(self) -> None:
        """Hang up what is up and close the socket; the registration stays unless `unregister` was called."""
        await asyncio.gather(*(call.hangup(within=1) for call in self.calls), return_exceptions=True)
        for call in self.calls:
            call.forget()
        for transaction in self._clients.values():
            transaction.stop()
        await self._connection.close()

    @property
    def contact(self) -> str:
        """The Contact URI."""
        kind = "" if self.account.transport == "udp" else f";transport={self.account.transport}"
        return f"<sip:{self.account.user}@{self._connection.host}:{self._connection.port}{kind}>"

    @property
    def local_address(self) -> tuple[str, int]:
        """Host and port of this side."""
        return self._connection.host, self._connection.port

    def via(self) -> str:
        """A Via value with a new branch."""
        kind = self.account.transport.upper()
        host, port = self.local_address
        return f"SIP/2.0/{kind} {host}:{port};rport;branch=z9hG4bK{secrets.token_hex(8)}"

    def request(self, method: str, uri: str, *, to: str, call_id: str, cseq: int, tag: str) -> Message:
        """Return a request with the headers every request has."""
        account = self.account
        name = f"{quoted(account.name)} " if account.name else ""
        user = account.caller or account.user
        return Message(
            f"{method} {uri} SIP/2.0",
            [
                ("Via", self.via()),
                ("Max-Forwards", "70"),
                ("From", f"{name}<sip:{user}@{account.domain}>;tag={tag}"),
                ("To", to),
                ("Call-ID", call_id),
                ("CSeq", f"{cseq} {method}"),
                ("Contact", self.contact),
                ("User-Agent", "carillon-test"),
            ],
        )

    def begin(self, request: Message) -> ClientTransaction:
        """Send a request in a transaction of its own."""
        resend = self.account.transport == "udp"
        transaction = ClientTransaction(request, self._connection.send, resend=resend)
        self._clients[request.branch, request.method] = transaction
        transaction.start()
        return transaction

    def send_raw(self, data: bytes | Message) -> None:
        """Send bytes (or a message) as they are, outside any transaction."""
        self._connection.send(data.to_bytes() if isinstance(data, Message) else data)

    def authenticated(self, request: Message, response: Message) -> Message:
        """Return the request again with an answer to the challenge of a 401 or 407."""
        proxy = response.status == 407
        challenges = response.all("Proxy-Authenticate" if proxy else "WWW-Authenticate")
        value = digest.authorization(
            digest.strongest(challenges),
            user=self.account.user,
            password=self.account.password,
            method=request.method,
            uri=request.uri,
        )
        kept = [
            (n, f"{request.cseq + 1} {request.method}" if n == "CSeq" else v)
            for n, v in request.headers
            if n != "Via"
        ]
        name = "Proxy-Authorization" if proxy else "Authorization"
        return Message(request.start, [("Via", self.via()), *kept, (name, value)], request.body)

    async def exchange(self, request: Message, *, within: float = 5) -> Message:
        """Send a request other than INVITE, answer one challenge, return the final response."""
        response = await self.begin(request).final(within)
        if response.status in {401, 407}:
            response = await self.begin(self.authenticated(request, response)).final(within)
        return response

    async def register(self, *, expires: int = 300, within: float = 5) -> Message:
        """Register the contact; raise Refused unless the answer is 2xx."""
        self._register_cseq += 2
        server = f"sip:{self.account.domain}"
        message = self.request(
            "REGISTER",
            server,
            to=f"<sip:{self.account.user}@{self.account.domain}>",
            call_id=self._register_id,
            cseq=self._register_cseq,
            tag=secrets.token_hex(4),
        )
        message.headers.append(("Expires", str(expires)))
        response = await self.exchange(message, within=within)
        if response.status >= 300:
            raise Refused(response)
        self.registered = expires > 0
        return response

    async def unregister(self) -> None:
        """Remove the contact."""
        await self.register(expires=0)

    async def call(self, dialled: str, *, headers: Iterable[Header] = (), uri: str = "") -> Call:
        """Send an INVITE for `dialled` and return at once; wait on the Call for what you need."""
        call = Call(self, uri=uri or f"sip:{dialled}@{self.account.domain}")
        self.calls.append(call)
        await call.invite((*self.account.extra, *headers))
        return call

    async def incoming(self, within: float = 5) -> Call:
        """Wait for the next call that comes in."""
        async with asyncio.timeout(within):
            return await self._incoming.get()

    def was_called(self) -> list[Call]:
        """Every call that came in so far."""
        return [call for call in self.calls if call.inbound]

    async def subscribe(self, event: str = "message-summary", *, expires: int = 300, of: str = "") -> Message:
        """Subscribe to our own address of record (RFC 3842 message waiting by default), or to that `of` another."""
        user = of or self.account.user
        message = self.request(
            "SUBSCRIBE",
            f"sip:{user}@{self.account.domain}",
            to=f"<sip:{user}@{self.account.domain}>",
            call_id=secrets.token_hex(8),
            cseq=1,
            tag=secrets.token_hex(4),
        )
        message.headers += [
            ("Event", event), ("Expires", str(expires)), ("Accept", "application/simple-message-summary"),
        ]  # fmt: skip
        response = await self.exchange(message)
        if response.status >= 300:
            raise Refused(response)
        return response

    async def notified(self, wanted: Callable[[Message], bool], *, within: float = 5) -> Message:
        """Wait for a NOTIFY that satisfies `wanted`; earlier ones count."""
        for message in self.notifies:
            if wanted(message):
                return message
        async with asyncio.timeout(within):
            while not wanted(message := await self._notified.get()):
                continue
            return message

    def _receive(self, message: Message) -> None:
        self.received.append(message)
        if not message.is_request:
            self._receive_response(message)
            return
        key = (message.branch, message.method)
        if message.method != "ACK" and key in self._answered:
            if self._answered[key]:
                self._connection.send(self._answered[key])
            return
        self._answered.setdefault(key, b"")
        self._dispatch(message)

    def _receive_response(self, message: Message) -> None:
        transaction = self._clients.get((message.branch, message.method))
        if transaction is None:
            return
        transaction.receive(message)
        if message.method == "INVITE" and 200 <= message.status < 300:
            for call in self.calls:
                if call.call_id == message.get("Call-ID"):
                    call.repeat_ack()

    def _dispatch(self, message: Message) -> None:
        call = next((c for c in self.calls if c.call_id == message.get("Call-ID")), None)
        if message.method == "INVITE" and call is None:
            call = Call.from_invite(self, message)
            self.calls.append(call)
            self._incoming.put_nowait(call)
            call.follow(self.policy_for(call) if self.policy_for else self.policy)
        elif call is not None and message.method in {"INVITE", "ACK", "CANCEL", "BYE", "UPDATE", "INFO"}:
            call.receive(message)
        elif message.method == "NOTIFY":
            self.notifies.append(message)
            self._notified.put_nowait(message)
            self.respond(message, 200, "OK")
        elif message.method != "ACK":
            self.respond(message, 200 if message.method == "OPTIONS" else 481, "OK")

    def respond(
        self,
        request: Message,
        code: int,
        reason: str,
        *,
        tag: str = "",
        extra: Iterable[Header] = (),
        body: bytes = b"",
    ) -> Message:
        """Answer a request; the answer is repeated when the request is."""
        to = request.get("To") + (f";tag={tag}" if tag and ";tag=" not in request.get("To") else "")
        copied = [("Via", v) for v in request.all("Via")] + [
            ("Record-Route", v) for v in request.all("Record-Route")
        ]
        headers = [
            *copied, ("From", request.get("From")), ("To", to),
            ("Call-ID", request.get("Call-ID")), ("CSeq", request.get("CSeq")), *extra,
        ]  # fmt: skip
        response = Message(f"SIP/2.0 {code} {reason}", headers, body)
        self._answered[request.branch, request.method] = response.to_bytes()
        self._connection.send(response.to_bytes())
        return response


async def ready(port: int, *, within: float) -> None:
    """Wait until a SIP server on 127.0.0.1 answers OPTIONS, whatever the answer."""
    probe = Account(user="probe", password="", server=("127.0.0.1", port))
    async with UserAgent(probe) as agent:
        request = agent.request(
            "OPTIONS",
            f"sip:127.0.0.1:{port}",
            to="<sip:127.0.0.1>",
            call_id=secrets.token_hex(8),
            cseq=1,
            tag="p",
        )
        await agent.begin(request).final(within)
