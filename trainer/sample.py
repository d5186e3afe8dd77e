"""The examples on which the activity of hidden units is measured."""

import numpy as np

from trainer.datasets.dataset import Dataset, Pictures

# Enough to tell a silent unit from one that answers to one example in a hundred.
MOST = 512


def sample(dataset: Dataset) -> Pictures:
    """Choose examples evenly from all classes.

    Returns:
        All held-out examples or 512 of them, shape (n, features); of those that are
        trained on where none is held out.
    """
    x, y = dataset.held_out_x, dataset.held_out_y
    if len(y) == 0:
        x, y = dataset.x, dataset.y
    count = min(len(y), MOST)
    by_class = np.argsort(y, kind="stable")
    return x[by_class[np.arange(count) * len(y) // max(count, 1)]]
