"""One step of a call on the wire between the dialplan and callcontrol."""
