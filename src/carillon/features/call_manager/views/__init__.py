"""Pages that say how a line treats its calls and what it shows of itself."""
