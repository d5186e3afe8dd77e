"""Pixels: text, shapes, edges and units, composited with numpy."""
