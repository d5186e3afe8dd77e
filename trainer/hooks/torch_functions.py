"""PyTorch's functions by what they are to a picture of a network."""

# Named as in torch.nn.functional.
ACTIVATIONS = frozenset({
    "relu", "relu6", "elu", "selu", "celu", "gelu", "silu", "mish", "leaky_relu",
    "prelu", "rrelu", "tanh", "sigmoid", "softplus", "softsign", "hardtanh",
    "hardswish", "hardsigmoid", "log_sigmoid", "tanhshrink", "softshrink", "hardshrink",
    "threshold", "softmax", "log_softmax", "softmin",
})  # fmt: skip

# They give what they take, in the same order; dropout does in evaluation mode.
PASSING = frozenset({
    "alpha_dropout", "clone", "contiguous", "cpu", "cuda", "detach", "double",
    "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout",
    "feature_dropout", "flatten", "float", "ravel", "reshape", "squeeze", "to", "type",
    "type_as", "unflatten", "unsqueeze", "view", "view_as",
})  # fmt: skip

PLATES = frozenset({
    "batch_norm", "embedding", "group_norm", "gru", "instance_norm", "layer_norm",
    "lstm", "multi_head_attention_forward", "rms_norm", "rnn_relu", "rnn_tanh",
    "scaled_dot_product_attention",
})  # fmt: skip
FAMILIES = ("conv", "max_pool", "avg_pool", "adaptive_", "fractional_", "lp_pool")


def is_plate(name: str) -> bool:
    """Whether what a function gives is a layer of its own."""
    return name in PLATES or name.startswith(FAMILIES)
