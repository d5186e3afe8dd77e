"""Watch scikit-learn's MLPClassifier read digits.

Run: python examples/sklearn_partial_fit.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from trainer.hooks.sklearn import watch


def main(epochs: int = 100, **options: Any) -> None:
    digits = load_digits()
    x, held_x, y, held_y = train_test_split(
        digits.images.reshape(-1, 64) / 16, digits.target, random_state=0
    )
    model = MLPClassifier((32, 16), alpha=0, random_state=0)
    options = {"name": "digits", "every": 5, "epochs": epochs, **options}

    with watch(model, held_x[0].reshape(8, 8), label=held_y[0], **options) as run:
        for _ in range(epochs):
            model.partial_fit(x, y, classes=range(10))
            run.epoch(
                accuracy=model.score(x, y),
                held_out_accuracy=model.score(held_x, held_y),
            )


if __name__ == "__main__":
    main()
