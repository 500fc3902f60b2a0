"""The Keras original's Wide ResNet, rewritten for Keras 3: the twin that the Java network is compared with.

The network has two variants. `keras` is the network that Keras users know as `create_wide_residual_network`, with
all that is unusual in it; `paper` is the network of "Wide Residual Networks" (Zagoruyko & Komodakis, 2016).
Their differences stand in `Variant`. Layers get Keras' default names, in the order of their creation.

    python keras_wrn.py summary --model wrn-16-2
    python keras_wrn.py train --data-dir cifar-10-batches-bin --run-dir runs/twin
"""

import argparse
import csv
import dataclasses
import json
import os
import pathlib
import platform
import re
import shutil
import sys
import time
from typing import Callable

# Both are read when TensorFlow loads: without oneDNN a CPU has no channels_first convolution.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from keras import initializers, layers

CIFAR10_MEAN = (125.3, 123.0, 113.9)
CIFAR10_STD = (63.0, 62.1, 66.7)
MOMENTUM = 0.9


# ---------------------------------------------------------------------------------------------- the network


@dataclasses.dataclass(frozen=True)
class Variant:
    """The values in which the two networks differ; an initializer is made anew for every layer."""

    momentum: float  # of the moving statistics: new = momentum * old + (1 - momentum) * batch
    unbiased: bool  # whether the moving variance takes n / (n - 1) times the variance of the batch
    kernel: Callable
    gamma: Callable
    dense: Callable
    always_project: bool  # a 1x1 convolution on the first shortcut of a group, even where shapes agree
    dropout_everywhere: bool  # after the second BN-ReLU of every block; else after the first conv, not where a group begins


VARIANTS = {
    "keras": Variant(
        momentum=0.1,
        unbiased=False,
        kernel=lambda: initializers.HeNormal(),
        gamma=lambda: initializers.RandomUniform(-0.05, 0.05),
        dense=lambda: initializers.GlorotUniform(),
        always_project=True,
        dropout_everywhere=False,
    ),
    "paper": Variant(
        momentum=0.9,
        unbiased=True,
        kernel=lambda: initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal"),
        gamma=lambda: initializers.RandomUniform(0.0, 1.0),
        dense=lambda: initializers.VarianceScaling(1 / 3, "fan_in", "uniform"),
        always_project=False,
        dropout_everywhere=True,
    ),
}


@keras.saving.register_keras_serializable("keras_wrn")
class BatchNormalization(layers.BatchNormalization):
    """Batch normalisation whose moving variance takes the unbiased variance, as Torch has it.

    The name is Keras' own, so that the layers are called `batch_normalization_N` in both variants.
    """

    def call(self, inputs, training=None, mask=None):
        kept = self.moving_variance * self.momentum
        outputs = super().call(inputs, training=training, mask=mask)
        if training and self.trainable:
            n = tf.cast(tf.size(inputs) // self.moving_variance.shape[0], tf.float32)
            taken = self.moving_variance - kept
            self.moving_variance.assign(kept + taken * (n / (n - 1)))
        return outputs


class Layers:
    """Makes the layers of one variant in one data format."""

    def __init__(self, variant="keras", data_format=None):
        if variant not in VARIANTS:
            raise ValueError(f"variant '{variant}' is unknown: it is one of {', '.join(VARIANTS)}.")
        self.variant = VARIANTS[variant]
        self.data_format = data_format or keras.config.image_data_format()

    def conv(self, x, filters, size=3, strides=1):
        return layers.Conv2D(
            filters,
            size,
            strides,
            padding="same",
            data_format=self.data_format,
            kernel_initializer=self.variant.kernel(),
            use_bias=False,
        )(x)

    def norm_relu(self, x):
        norm = BatchNormalization if self.variant.unbiased else layers.BatchNormalization
        x = norm(
            axis=1 if self.data_format == "channels_first" else -1,
            momentum=self.variant.momentum,
            epsilon=1e-5,
            gamma_initializer=self.variant.gamma(),
        )(x)
        return layers.Activation("relu")(x)

    def conv_conv(self, x, filters, strides, dropout):
        """The rest of a block after its first BN-ReLU: convolution, BN-ReLU, convolution, and dropout in between."""
        x = self.conv(x, filters, strides=strides)
        if dropout > 0 and not self.variant.dropout_everywhere:
            x = layers.Dropout(dropout)(x)
        x = self.norm_relu(x)
        if dropout > 0 and self.variant.dropout_everywhere:
            x = layers.Dropout(dropout)(x)
        return self.conv(x, filters)


def initial_conv(x, net=None):
    net = net or Layers()
    return net.norm_relu(net.conv(x, 16))


def expand_conv(x, base, k, strides=1, dropout=0.0, net=None):
    """The first block of a group, from activated input; its shortcut convolution is the last layer made."""
    net = net or Layers()
    dropout = dropout if net.variant.dropout_everywhere else 0.0
    main = net.conv_conv(x, base * k, strides, dropout)
    shortcut = net.conv(x, base * k, size=1, strides=strides)
    return layers.Add()([main, shortcut])


def _conv_block(x, base, k, dropout, net):
    net = net or Layers()
    return layers.Add()([x, net.conv_conv(net.norm_relu(x), base * k, 1, dropout)])


def conv1_block(x, k=1, dropout=0.0, net=None):
    return _conv_block(x, 16, k, dropout, net)


def conv2_block(x, k=1, dropout=0.0, net=None):
    return _conv_block(x, 32, k, dropout, net)


def conv3_block(x, k=1, dropout=0.0, net=None):
    return _conv_block(x, 64, k, dropout, net)


def create_wide_residual_network(
    input_dim, nb_classes=100, N=2, k=1, dropout=0.0, verbose=1, variant="keras", data_format=None
):
    """The model of depth 6N+4 and width k, from images of shape `input_dim` to class probabilities.

    Forgets the layer names given so far, so that they begin at `conv2d` again.
    """
    keras.backend.clear_session()
    net = Layers(variant, data_format)
    image = keras.Input(shape=input_dim)
    if k == 1 and not net.variant.always_project:
        x = conv1_block(net.conv(image, 16), k, dropout, net)  # the identity reads the stem's raw output
    else:
        x = expand_conv(initial_conv(image, net), 16, k, 1, dropout, net)
    for _ in range(N - 1):
        x = conv1_block(x, k, dropout, net)
    for base, block in ((32, conv2_block), (64, conv3_block)):
        x = expand_conv(net.norm_relu(x), base, k, 2, dropout, net)
        for _ in range(N - 1):
            x = block(x, k, dropout, net)
    x = net.norm_relu(x)
    x = layers.AveragePooling2D(8, data_format=net.data_format)(x)
    x = layers.Flatten(data_format=net.data_format)(x)
    softmax = layers.Dense(nb_classes, activation="softmax", kernel_initializer=net.variant.dense())(x)
    if verbose:
        print(f"Wide Residual Network-{6 * N + 4}-{k} created.")
    return keras.Model(image, softmax)


def parse_model(name):
    """`wrn-16-2` as (N, k)."""
    match = re.fullmatch(r"wrn-(\d+)-(\d+)", name.lower())
    if not match or int(match[1]) < 10 or (int(match[1]) - 4) % 6 or int(match[2]) < 1:
        raise ValueError(f"--model is '{name}': it must be wrn-DEPTH-K with a depth of 6n+4, as in wrn-16-2.")
    return (int(match[1]) - 4) // 6, int(match[2])


def describe(model):
    """What the layer table of `model.summary()` says, as a dictionary."""

    def row(layer):
        sources = [] if isinstance(layer, layers.InputLayer) else keras.tree.flatten(layer.input)
        return {
            "name": layer.name,
            "type": type(layer).__name__,
            "output_shape": list(layer.output.shape),
            "params": layer.count_params(),
            "inbound": [tensor._keras_history.operation.name for tensor in sources],
        }

    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    return {
        "layers": [row(layer) for layer in model.layers],
        "total_params": model.count_params(),
        "trainable_params": trainable,
        "non_trainable_params": model.count_params() - trainable,
    }


def summary_json(model):
    """`describe(model)` as JSON text, one layer a line."""
    facts = describe(model)
    rows = ",\n".join("  " + json.dumps(row) for row in facts.pop("layers"))
    totals = ",\n".join(f"  {json.dumps(key)}: {value}" for key, value in facts.items())
    return '{\n  "layers": [\n' + rows.replace("  {", "    {") + "\n  ],\n" + totals + "\n}\n"


# -------------------------------------------------------------------------------------------- command line


def build(options, verbose=0):
    n, k = parse_model(options.model)
    shape = (3, 32, 32) if options.data_format == "channels_first" else (32, 32, 3)
    keras.utils.set_random_seed(getattr(options, "seed", 0))
    return create_wide_residual_network(
        shape, options.classes, n, k, options.dropout, verbose, options.variant, options.data_format
    )


def summary(options):
    model = build(options, verbose=0 if options.json else 1)
    if options.json:
        print(summary_json(model), end="")
    else:
        model.summary()


def parser():
    network = argparse.ArgumentParser(add_help=False)
    network.add_argument("--model", default="wrn-16-1", help="wrn-DEPTH-K (default: %(default)s)")
    network.add_argument("--classes", type=int, default=10, help="number of classes (default: %(default)s)")
    network.add_argument("--variant", choices=VARIANTS, default="paper", help="(default: %(default)s)")
    network.add_argument("--data-format", choices=("channels_last", "channels_first"), default="channels_last")
    network.add_argument("--dropout", type=float, default=0.0, help="share of values dropped (default: %(default)s)")

    top = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = top.add_subparsers(dest="command", required=True)
    command = commands.add_parser("summary", parents=[network], help="print the table of layers")
    command.add_argument("--json", action="store_true", help="as JSON, one layer a line")
    command.set_defaults(run=summary)
    return top


def main(arguments=None):
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
