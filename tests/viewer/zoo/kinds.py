"""What the runs of the zoo stream: heads and layers of all kinds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A layer; one that is not dense has no weights on the wire."""

    name: str
    units: int
    function: str = "relu"
    tile: tuple[int, int] | None = None
    dense: bool = True


@dataclass(frozen=True)
class Kind:
    """What a run streams."""

    layers: tuple[Layer, ...]
    classes: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = ()
    metrics: tuple[str, ...] = ("loss",)
    label: int | None = None
    every: int = 25
    epochs: int = 500
    dtype: str = "<f4"
    kinds: tuple[str, ...] = ("bias", "pre_activation")


def mlp(*sizes: int, hidden: str = "relu", output: str = "linear") -> tuple[Layer, ...]:
    last = len(sizes) - 1
    inner = [Layer(f"hidden {k}", sizes[k], hidden) for k in range(1, last)]
    return (Layer("input", sizes[0], ""), *inner, Layer("output", sizes[-1], output))


def conv(name: str, maps: int, side: int, function: str = "relu") -> Layer:
    return Layer(name, maps * side * side, function, (side, side), dense=False)


DIGITS = tuple("0123456789")
PICTURE = Layer("input", 64, "", (8, 8))
LOSSES = "loss", "held_out_loss"
BOTH = (*LOSSES, "accuracy", "held_out_accuracy")
ZOO = {
    "regression": Kind(mlp(8, 64, 64, 1), metrics=(*LOSSES, "r2")),
    "two numbers": Kind(mlp(8, 16, 2, hidden="gelu"), metrics=("loss", "mae")),
    "autoencoder": Kind(mlp(64, 16, 4, 16, 64, hidden="tanh"), input_shape=(8, 8)),
    "multi-label": Kind(
        mlp(20, 32, 5, output="sigmoid"),
        classes=("beach", "sunset", "mountain", "field", "city"),
        metrics=("loss", "f1", "hamming"),
    ),
    "binary": Kind(
        mlp(30, 16, 1, output="sigmoid"),
        classes=("malignant", "benign"),
        metrics=("loss", "accuracy"),
        label=1,
    ),
    "one probability": Kind(mlp(30, 16, 1, output="sigmoid"), classes=("benign",)),
    "sigmoid number": Kind(mlp(30, 16, 1, output="sigmoid"), label=1),
    "cnn": Kind(
        (
            PICTURE,
            conv("conv 1", 16, 8),
            conv("conv 2", 32, 4),
            Layer("linear 1", 64),
            Layer("linear 2", 10, "softmax"),
        ),
        DIGITS,
        (8, 8),
        BOTH,
        label=3,
    ),
    "small cnn": Kind(
        (
            PICTURE,
            conv("conv", 3, 4),
            Layer("pool", 12, "", (2, 2), dense=False),
            Layer("flatten", 12, "", dense=False),
            Layer("linear", 10, "softmax"),
        ),
        DIGITS,
        (8, 8),
        BOTH,
        label=3,
    ),
    "colour cnn": Kind(
        (
            Layer("input", 3 * 32 * 32, "", (32, 32)),
            conv("conv 1", 16, 16),
            Layer("norm 1", 16 * 16 * 16, "", (16, 16), dense=False),
            conv("conv 2", 64, 8),
            Layer("global pool", 64, "", dense=False),
            Layer("linear", 10, "softmax"),
        ),
        DIGITS,
        metrics=BOTH,
        label=3,
    ),
    "deep cnn": Kind(
        (
            PICTURE,
            *(conv(f"conv {k}", 8, 8) for k in range(1, 18)),
            Layer("pool", 8, "", dense=False),
            Layer("linear", 10, "softmax"),
        ),
        DIGITS,
        (8, 8),
        BOTH,
        label=3,
    ),
    "attention": Kind(
        (
            Layer("tokens", 12 * 16, "", (12, 16)),
            Layer("attention", 12 * 16, "", (12, 16), dense=False),
            Layer("feed forward", 12 * 32, "gelu", (12, 32), dense=False),
            Layer("mean", 16, "", dense=False),
            Layer("linear", 1000, "softmax"),
        ),
        tuple(f"word {k}" for k in range(1000)),
        metrics=("loss", "perplexity"),
    ),
    "iris": Kind(
        mlp(4, 10, 3, hidden="logistic", output="softmax"),
        ("setosa", "versicolor", "virginica"),
        metrics=BOTH,
        label=2,
        every=1,
        epochs=0,
    ),
    "line": Kind(mlp(4, 1), metrics=()),
    "one weight": Kind(mlp(1, 1), metrics=("r2",)),
    "bottleneck": Kind(mlp(784, 32, 1, 32, 784, hidden="leaky_relu"), kinds=()),
    "deep tanh": Kind(
        mlp(16, *[16] * 18, 4, hidden="tanh", output="softmax"),
        ("a", "b", "c", "d"),
        metrics=BOTH,
        label=1,
    ),
    "deep regression": Kind(mlp(16, *[16] * 18, 1, hidden="selu"), metrics=()),
    "many outputs": Kind(
        mlp(784, 128, 1000, hidden="mish", output="softmax"),
        tuple(f"class {k}" for k in range(1000)),
        label=17,
        metrics=BOTH,
        dtype="<f2",
    ),
    "halves": Kind(mlp(6, 12, 3), dtype="<f8", kinds=(), metrics=("r2", "mae", "lr")),
    "nameless": Kind(mlp(8, 16, 4, output="softmax"), label=2, metrics=BOTH),
}
