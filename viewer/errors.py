"""What goes wrong for the person at the viewer, in one line."""


class ViewerError(Exception):
    """The viewer cannot go on; the text is one line that says what to do now."""
