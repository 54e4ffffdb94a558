"""How a line treats its calls: parsing and messages. The rules are the service's (and the call engine's)."""
