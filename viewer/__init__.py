"""Draws the network of a run, live or from a recording."""
