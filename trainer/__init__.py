"""Trains a network, headless, and publishes what happens inside it."""
