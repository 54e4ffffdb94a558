"""Limits of voicemail (messages, seconds): a mailbox that reaches one of them is full."""

MOST_MESSAGES = 100
MOST_SECONDS = 60 * 60
SHORTEST_MESSAGE_SECONDS = 1
PIN_FAILURES = 5
PIN_WINDOW_MINUTES = 15
MOST_ADDRESSES = 10
