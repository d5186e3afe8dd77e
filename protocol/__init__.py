"""The stream between a trainer and its viewers: messages, bytes, order; no I/O."""
