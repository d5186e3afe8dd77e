"""Watch convolutions of Keras read digits; KERAS_BACKEND says what computes them.

Run: python examples/keras_callback.py, and viewer connect 127.0.0.1:5556 meanwhile
"""

from typing import Any

import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from trainer.hooks.keras import WatchCallback


def main(epochs: int = 30, **options: Any) -> None:
    x, y = load_digits(return_X_y=True)
    x, held_x, y, held_y = train_test_split(x / 16, y, random_state=0)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    options = {"classes": "0123456789", "input_shape": (8, 8), "every": 2, **options}
    with WatchCallback(held_x[:1], label=held_y[0], **options) as watch:
        held_out = {"validation_data": (held_x, held_y), "callbacks": [watch]}
        model.fit(x, y, batch_size=128, epochs=epochs, verbose=0, **held_out)


if __name__ == "__main__":
    main()
