"""The exceptions of this package, as a tree.

TrainerError
├── TransportError    nothing can listen on this address
└── ProbeError        no such example to show

What a data set lacks is a DatasetError (datasets/dataset.py). A caller's own mistake
(a wrong shape) is a ValueError.
"""


class TrainerError(Exception):
    """A run cannot start or go on; the text is one line that says what to do now."""


class TransportError(TrainerError):
    """Nothing can listen on this address."""


class ProbeError(TrainerError):
    """The data set has no such example."""
