"""The exceptions of this package, as a tree.

TrainerError
├── UsageError        what was asked for makes no sense, or is refused
│   └── ProbeError    the data set has no such example
├── DeviceError       the gpu cannot compute
├── TransportError    nothing can listen on this address, or send
└── DatasetError      nothing usable to learn from (datasets/dataset.py)

A caller's own mistake (a wrong shape) is a ValueError.
"""


class TrainerError(Exception):
    """A run cannot start or go on; the text is one line that says what to do now."""


class UsageError(TrainerError):
    """What was asked for makes no sense, or is refused."""


class ProbeError(UsageError):
    """The data set has no such example."""


class DeviceError(TrainerError):
    """The gpu that was asked for cannot compute."""


class TransportError(TrainerError):
    """Nothing can listen on this address, or send."""
