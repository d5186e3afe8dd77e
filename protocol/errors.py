"""The exceptions of this package, as a tree.

ProtocolError
├── DecodeError       bytes from outside that do not follow SPEC.md
├── VersionError      a peer that speaks another major version
├── AddressError      text that is not HOST:PORT
├── SizeError         text that is not a number of bytes
├── KeyFileError      a file that is no key, or one that others can read
└── RecordingError    a file that is not a recording, or holds none

A caller's own mistake (a wrong shape, an unknown dtype) is a ValueError.
"""


class ProtocolError(Exception):
    """Anything that this package raises because of what came from outside."""


class DecodeError(ProtocolError):
    """Bytes that do not follow SPEC.md; the text says what was expected where."""


class VersionError(ProtocolError):
    """The peer speaks another major version of the protocol."""


class AddressError(ProtocolError):
    """Text that is not HOST:PORT."""


class SizeError(ProtocolError):
    """Text that is not a number of bytes, or too small a one."""


class KeyFileError(ProtocolError):
    """A file that is no key, or one that others can read."""


class RecordingError(ProtocolError):
    """A file that is not a recording or holds no whole record."""
