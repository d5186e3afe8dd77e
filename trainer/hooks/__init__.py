"""Watching the training loops of other frameworks, one file a framework."""
