"""The demonstration: an invented company, its neighbour with the same extensions, and the outside world."""
