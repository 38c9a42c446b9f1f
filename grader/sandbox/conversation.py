"""One question to a worker: the message out, its calls back, the answer to that question.

The worker's words are believed neither in form nor in order: an answer that comes before
its question, or belongs to another, is a breach of the protocol.
"""

import hashlib
import secrets
from typing import Any

from grader.sandbox.answers import Answer, Breach
from grader.sandbox.callbacks import Callbacks
from grader.sandbox.child import Child
from grader.sandbox.clock import Watch
from grader.sandbox.evidence import Evidence
from grader.wire import WireError, encode_frame

# what the decoder's numbers hold exactly
NONCE_BITS = 62
# a worker mentions each kind of tampering once; nobody may keep us busy with more
MOST_MENTIONS = 100


class Conversation:
    """Asks the workers of one submission, one question at a time."""

    def __init__(self, *, seed: int, callbacks: Callbacks, evidence: Evidence) -> None:
        """Begin with no question asked.

        Args:
            seed: The submission's secret seed.
            callbacks: Functions that the worker may call before it answers.
            evidence: Hears what the worker mentions.
        """
        self._seed = seed
        self._callbacks = callbacks
        self._evidence = evidence
        self._asked = 0

    def ask(self, child: Child, message: dict[str, Any], watch: Watch) -> Answer:
        """Send a message and return the answer to it.

        Raises:
            Breach: If the worker sends anything else.
            WireError: If something of ours is too large to be sent.
            Exception: An event of the child's.
        """
        self._asked += 1
        # not to be guessed: nobody can answer before being asked
        question = secrets.randbits(NONCE_BITS)
        frame = {**message, "id": question, "entropy": self._entropy()}
        child.send(encode_frame(frame), watch)
        answer = self._answer(child, watch, question)
        self._evidence.heard(answer.get("audit"))
        return answer

    def _entropy(self) -> int:
        """Return what the worker's global generators are seeded with for this question."""
        text = f"{self._seed}:{self._asked}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4])

    def _answer(self, child: Child, watch: Watch, question: int) -> Answer:
        mentions = 0
        while True:
            message = _received(child, watch)
            if "callback" in message:
                told = self._callbacks.answer(message)
                child.send(encode_frame(told), watch)
            elif set(message) == {"audit"} and mentions < MOST_MENTIONS:
                mentions += 1
                self._evidence.heard(message["audit"])
            # any object may stand there, and an array has no truth value
            elif type(message.get("id")) is not int or message["id"] != question:
                raise Breach("an answer to another question")
            else:
                return message


def _received(child: Child, watch: Watch) -> dict[str, Any]:
    """Return the next message; raises an event of the child's or Breach."""
    try:
        message = child.receive(watch)
    except WireError as error:
        raise Breach(str(error)) from error
    if type(message) is not dict:
        raise Breach("an answer is not a dict")
    return message
