"""What goes wrong for the person at the viewer, in one line.

ViewerError
└── UsageError    something asked for cannot be done here; known before anything starts
"""


class ViewerError(Exception):
    """The viewer cannot go on; the text is one line that says what to do now."""


class UsageError(ViewerError):
    """Something asked for cannot be done here; known before anything starts."""
