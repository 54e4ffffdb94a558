"""Asterisk's wires: its installation, configuration, dialplan, steps, events and projection. No Django here."""
