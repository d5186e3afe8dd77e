"""One panel a file: each paints its own part of the frame."""
