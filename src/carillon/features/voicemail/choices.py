"""Limits of voicemail (messages, seconds): a mailbox that reaches one of them is full. The steps of its setup."""

from __future__ import annotations

from carillon.calls.model import SetupStep

MOST_MESSAGES = 100
MOST_SECONDS = 60 * 60
SHORTEST_MESSAGE_SECONDS = 1
PIN_FAILURES = 5
PIN_WINDOW_MINUTES = 15
MOST_ADDRESSES = 10
FIRST_STEP = SetupStep.NAME
NEXT_STEP = {str(SetupStep.NAME): str(SetupStep.GREETING), str(SetupStep.GREETING): ""}
"""What is due of a mailbox's setup after each step; "" when nothing is."""
