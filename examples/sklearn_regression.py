"""Watch scikit-learn's MLPRegressor learn how diabetes goes on: one number, no classes.

Run: python examples/sklearn_regression.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import scale

from trainer.hooks.sklearn import watch


def main(epochs: int = 200, **options: Any) -> None:
    data = load_diabetes()
    x, held_x, y, held_y = train_test_split(
        scale(data.data), scale(data.target), random_state=0
    )
    model = MLPRegressor(hidden_layer_sizes=(16, 8), activation="tanh", random_state=0)
    options = {"name": "diabetes", "every": 10, "epochs": epochs, **options}

    with watch(model, held_x[0], **options) as run:
        for _ in range(epochs):
            model.partial_fit(x, y)
            held_out = mean_squared_error(held_y, model.predict(held_x)) / 2
            run.epoch(held_out_loss=held_out)


if __name__ == "__main__":
    main()
