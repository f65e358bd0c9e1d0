"""Answers that a system gives later than it is asked."""

from datetime import timedelta

from pydantic import field_validator

from functions.fields import Declared, Duration

CALLBACK_INPUT = "callback_url"
"""The input by which the call of a function with a later answer knows where that answer shall go."""


class Callback(Declared):
    """The system calls an address that it gets as the input ``callback_url``; the body is the answer."""

    within: Duration
    """How long the answer is waited for."""

    @field_validator("within")
    @classmethod
    def _some_time(cls, within: timedelta) -> timedelta:
        if not timedelta(seconds=1) <= within <= timedelta(days=7):
            raise ValueError("an answer is waited for between 1s and 7d")
        return within


class LaterAnswer(Declared):
    """The call is an order, and its answer comes later.

    ``errors`` are looked for in both answers; ``outputs`` come out of the later one, where ``response`` is its body and
    neither ``status`` nor ``inputs`` is known.
    """

    callback: Callback
