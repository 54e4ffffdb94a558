"""One call of a test user agent: its dialog, its moments, its audio."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, assert_never

from tests.sip import audio, sdp
from tests.sip.message import Message, address, parameter
from tests.sip.policy import Answer, Policy, Refuse, RingOnly, Silent
from tests.sip.rtp import RtpStream
from tests.sip.transaction import ClientTransaction, NoAnswer

if TYPE_CHECKING:
    from tests.sip.agent import UserAgent

INVITE_TIMEOUT = 100.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: the final SIP code (0 after an answer), by whom, and the Reason headers seen."""

    code: int
    by: str
    reasons: tuple[str, ...] = ()


class Call:
    """A call out or in. Loop times (`sent_at`, `ringing_at`, `answered_at`, `ended_at`) are 0 until they come."""

    def __init__(self, agent: UserAgent, *, uri: str, invite: Message | None = None) -> None:
        self.agent = agent
        self.invite_message = invite
        self.inbound = invite is not None
        self.call_id = invite.get("Call-ID") if invite else secrets.token_hex(10)
        self.uri = uri
        self.rtp = RtpStream()
        self.responses: list[Message] = []
        self.reinvites: list[Message] = []
        self.ending: Ending | None = None
        self.sent_at = self.ringing_at = self.answered_at = self.ended_at = 0.0
        self._tag = secrets.token_hex(5)
        self._remote = invite.get("From") if invite else f"<{uri}>"
        self._target, self._routes = uri, list[str]()
        self._cseq = 100
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ack = b""
        self._acked = asyncio.Event()
        self._invite: ClientTransaction | None = None
        self._cancelled = False
        if invite is not None:
            self._learn(invite, reverse=False)

    @classmethod
    def from_invite(cls, agent: UserAgent, invite: Message) -> Self:
        """Make the call an INVITE opens."""
        call = cls(agent, uri=invite.uri, invite=invite)
        call.sent_at = asyncio.get_running_loop().time()
        return call

    # ---- what the far side says of itself -------------------------------------------------------------

    @property
    def dialled(self) -> str:
        """The user part of the INVITE's request URI."""
        return address(self.invite_message.uri if self.invite_message else self.uri).user

    def header(self, name: str) -> str:
        """A header of the incoming INVITE ("" when it is missing)."""
        return self.invite_message.get(name) if self.invite_message else ""

    @property
    def shown_number(self) -> str:
        """The number the incoming INVITE shows: P-Asserted-Identity if there is one, else From."""
        return address(self.header("P-Asserted-Identity") or self.header("From")).user

    @property
    def shown_name(self) -> str:
        """The name the incoming INVITE shows."""
        return address(self.header("P-Asserted-Identity") or self.header("From")).name

    @property
    def up(self) -> bool:
        """Whether the call is answered and not ended."""
        return bool(self.answered_at) and self.ending is None

    @property
    def final_code(self) -> int:
        """The code of the last final response, 0 when there is none yet."""
        return next((r.status for r in reversed(self.responses) if r.status >= 200), 0)

    # ---- waiting --------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], object], within: float, what: str) -> Self:
        """Wait until the condition holds; each event of the call is looked at."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            seen = [r.start for r in self.responses]
            raise NoAnswer(f"{self.uri}: not {what} in {within} s; responses {seen}, {self.ending}") from None
        return self

    async def ringing(self, within: float = 5) -> Self:
        """Wait until it rings (180 or 183)."""
        return await self.until(lambda: self.ringing_at or self.answered_at, within, "ringing")

    async def answered(self, within: float = 5) -> Self:
        """Wait until it is answered."""
        await self.until(lambda: self.answered_at or self.ending, within, "answered")
        assert self.answered_at, f"{self.uri}: {self.ending}"
        return self

    async def ended(self, within: float = 10) -> Ending:
        """Wait until it has ended."""
        await self.until(lambda: self.ending, within, "ended")
        assert self.ending is not None
        return self.ending

    async def hears(self, seconds: float, *, within: float) -> audio.Samples:
        """Wait until that many seconds of audio came, or the call ended; return all audio."""
        return await self.rtp.until(seconds, within=within)

    # ---- calling --------------------------------------------------------------------------------------

    async def invite(self, headers: Iterable[tuple[str, str]]) -> None:
        """Send the INVITE and follow it in the background."""
        await self.rtp.open()
        message = self._request("INVITE")
        message.headers += [*headers, ("Content-Type", "application/sdp")]
        message.body = sdp.offer(self.agent.local_address[0], self.rtp.port)
        self.invite_message = message
        self.sent_at = asyncio.get_running_loop().time()
        sent = self.agent.begin(message)  # at once: whoever sends something next knows that it comes after
        self._spawn(self._follow_invite(message, sent))

    async def _follow_invite(self, message: Message, sent: ClientTransaction) -> None:
        challenged = False
        while True:
            self._invite = sent
            final = None
            try:
                async for response in self._invite.responses(INVITE_TIMEOUT):
                    final = response
                    self._note(response)
            except NoAnswer:
                self._end(Ending(408, "timeout"))
                return
            assert final is not None
            if final.status in {401, 407} and not challenged:
                challenged = True
                self.agent.send_raw(self._ack_refusal(message, final))
                message = self.agent.authenticated(message, final)
                self._cseq = message.cseq
                sent = self.agent.begin(message)
                continue
            self._finish_invite(message, final)
            return

    def _note(self, response: Message) -> None:
        self.responses.append(response)
        if response.body and (media := sdp.media_address(response.body)):
            self.rtp.remote = media
        if response.status in {180, 183} and not self.ringing_at:
            self.ringing_at = asyncio.get_running_loop().time()
        self._changed.set()

    def _finish_invite(self, message: Message, final: Message) -> None:
        if final.status >= 300:
            self.agent.send_raw(self._ack_refusal(message, final))
            self._end(Ending(final.status, "remote", tuple(final.all("Reason"))))
            return
        self._remote = final.get("To")
        self._learn(final, reverse=True)
        ack = self._request("ACK", cseq=message.cseq)
        self._ack = ack.to_bytes()
        self.agent.send_raw(self._ack)
        self.answered_at = asyncio.get_running_loop().time()
        self._changed.set()
        if self._cancelled:
            self._spawn(self._bye(5))

    def _ack_refusal(self, message: Message, final: Message) -> Message:
        kept = [(n, v) for n, v in message.headers if n in {"Via", "From", "Call-ID", "Max-Forwards"}]
        target = message.uri
        return Message(
            f"ACK {target} SIP/2.0", [*kept, ("To", final.get("To")), ("CSeq", f"{message.cseq} ACK")]
        )

    async def hold(self, *, direction: str = "sendonly", within: float = 5) -> Message:
        """Send a re-INVITE with this direction (`sendrecv` resumes) and return its final response."""
        message = self._request("INVITE")
        message.headers.append(("Content-Type", "application/sdp"))
        message.body = sdp.offer(
            self.agent.local_address[0], self.rtp.port, version=self._cseq, direction=direction
        )
        final = await self.agent.begin(message).final(within)
        if final.status < 300:
            self.agent.send_raw(self._request("ACK", cseq=message.cseq))
        return final

    async def hangup(self, *, within: float = 5) -> None:
        """End the call from this side: CANCEL, BYE or a refusal, whichever is right; nothing if it has ended."""
        if self.ending is not None:
            return
        if self.answered_at:
            await self._bye(within)
        elif self.inbound:
            self.refuse(480)
        else:
            await self._cancel(within)

    async def _bye(self, within: float) -> None:
        self._end(Ending(0, "local"))
        await self.agent.begin(self._request("BYE")).final(within)

    async def _cancel(self, within: float) -> None:
        self._cancelled = True
        await self.until(lambda: self.responses or self.ending, within, "answered at all")
        if self._invite is None or self.ending is not None or self.answered_at:
            return
        invite = self._invite.request
        kept = [(n, v) for n, v in invite.headers if n in {"Via", "From", "To", "Call-ID", "Max-Forwards"}]
        cancel = Message(f"CANCEL {invite.uri} SIP/2.0", [*kept, ("CSeq", f"{invite.cseq} CANCEL")])
        await self.agent.begin(cancel).final(within)
        await self.ended(within)

    # ---- being called ---------------------------------------------------------------------------------

    def follow(self, policy: Policy) -> None:
        """Do with this incoming call what the policy says, in the background."""
        self._spawn(self._follow_policy(policy))

    async def _follow_policy(self, policy: Policy) -> None:
        match policy:
            case Silent():
                return
            case Refuse(code):
                self.refuse(code)
            case RingOnly():
                self.ring()
            case Answer(after, hertz):
                self.ring()
                await asyncio.sleep(after)
                if self.ending is None:
                    await self.answer()
                    if hertz:
                        self.rtp.start_sending(audio.tone(hertz, 1.0))
            case _:
                assert_never(policy)

    def ring(self) -> None:
        """Send 180."""
        self.ringing_at = asyncio.get_running_loop().time()
        self._respond(180, "Ringing")

    def refuse(self, code: int) -> None:
        """Refuse the call with this code."""
        self._respond(code, "Refused")
        self._end(Ending(code, "local"))

    async def answer(self) -> None:
        """Send 200 with an SDP answer, again until the ACK comes."""
        await self.rtp.open()
        assert self.invite_message is not None
        self.rtp.remote = sdp.media_address(self.invite_message.body)
        self.answered_at = asyncio.get_running_loop().time()
        self._answer_offer(self.invite_message)
        self._changed.set()

    def _answer_offer(self, request: Message) -> None:
        body = sdp.offer(self.agent.local_address[0], self.rtp.port, version=self._cseq)
        extra = [("Contact", self.agent.contact), ("Content-Type", "application/sdp")]
        self.agent.respond(request, 200, "OK", tag=self._tag, extra=extra, body=body)

    def _respond(self, code: int, reason: str) -> None:
        assert self.invite_message is not None
        extra = [("Contact", self.agent.contact)]
        self.responses.append(
            self.agent.respond(self.invite_message, code, reason, tag=self._tag, extra=extra)
        )
        self._changed.set()

    # ---- requests inside the dialog -------------------------------------------------------------------

    def repeat_ack(self) -> None:
        """Send the ACK of an answered call again: its 200 came again."""
        if self._ack:
            self.agent.send_raw(self._ack)

    def receive(self, request: Message) -> None:
        """Take a request of this dialog."""
        match request.method:
            case "ACK":
                self._acked.set()
            case "BYE":
                self.agent.respond(request, 200, "OK")
                self._end(Ending(0, "remote", tuple(request.all("Reason"))))
            case "CANCEL":
                self.agent.respond(request, 200, "OK")
                if self.ending is None and not self.answered_at:
                    self._respond(487, "Request Terminated")
                    self._end(Ending(487, "remote", tuple(request.all("Reason"))))
            case "INVITE":
                self.reinvites.append(request)
                if request.body and (media := sdp.media_address(request.body)):
                    self.rtp.remote = media
                self._answer_offer(request)
                self._changed.set()
            case _:
                self.agent.respond(request, 200, "OK")

    def _request(self, method: str, *, cseq: int = 0) -> Message:
        if not cseq:
            self._cseq += 1
        message = self.agent.request(
            method,
            self._target,
            to=self._remote,
            call_id=self.call_id,
            cseq=cseq or self._cseq,
            tag=self._tag,
        )
        if self.inbound and self.invite_message is not None:
            mine = self.invite_message.get("To")
            mine += "" if parameter(mine, "tag") else f";tag={self._tag}"
            message.headers = [(n, mine if n == "From" else v) for n, v in message.headers]
        message.headers += [("Route", route) for route in self._routes]
        return message

    def _learn(self, message: Message, *, reverse: bool) -> None:
        if contact := message.get("Contact"):
            self._target = address(contact).uri
        self._routes = message.all("Record-Route")[:: -1 if reverse else 1]

    def _end(self, ending: Ending) -> None:
        if self.ending is None:
            self.ending = ending
            self.ended_at = asyncio.get_running_loop().time()
            self.rtp.close()
        self._changed.set()

    def _spawn(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    def forget(self) -> None:
        """Stop everything in the background and release the sockets."""
        for task in self._tasks:
            task.cancel()
        self.rtp.close()
