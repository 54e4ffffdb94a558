"""The Asterisk Manager Interface: what the engine says about channels and phones, and orders to it."""
