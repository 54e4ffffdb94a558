"""The service beside each engine node: it answers steps, follows the engine, and files what happened."""
