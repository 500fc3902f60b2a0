"""The Keras original's Wide ResNet, rewritten for Keras 3: the twin that the Java network is compared with.

The network has two variants. `keras` is the network that Keras users know as `create_wide_residual_network`, with
all that is unusual in it; `paper` is the network of "Wide Residual Networks" (Zagoruyko & Komodakis, 2016).
Their differences stand in `Variant`. Layers get Keras' default names, in the order of their creation.

    python keras_wrn.py summary --model wrn-16-2
    python keras_wrn.py train --recipe quick --data-dir cifar-10-batches-bin --run-dir runs/twin
"""

import argparse
import dataclasses
import json
import os
import re
import sys
from typing import Callable

# All are read when TensorFlow loads: without oneDNN a CPU has no channels_first convolution.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from keras import initializers, layers

import keras_recipes as recipes
import keras_training as training
import keras_weights as files


@dataclasses.dataclass(frozen=True)
class Variant:
    """The values in which the two networks differ; an initializer is made anew for every layer."""

    momentum: float  # of the moving statistics: new = momentum * old + (1 - momentum) * batch
    unbiased: bool  # whether the moving variance takes n / (n - 1) times the variance of the batch
    kernel: Callable
    gamma: Callable
    dense: Callable
    symmetric: bool  # strided 3x3 convolutions see a pixel of zeros on each side, as Torch pads; else "same"
    always_project: bool  # a 1x1 convolution on the first shortcut of a group, even where shapes agree
    dropout_everywhere: bool  # in all blocks, after the second BN-ReLU; else not where a group begins, after a conv


VARIANTS = {
    "keras": Variant(
        momentum=0.1,
        unbiased=False,
        kernel=lambda: initializers.HeNormal(),
        gamma=lambda: initializers.RandomUniform(-0.05, 0.05),
        dense=lambda: initializers.GlorotUniform(),
        symmetric=False,
        always_project=True,
        dropout_everywhere=False,
    ),
    "paper": Variant(
        momentum=0.9,
        unbiased=True,
        kernel=lambda: initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal"),
        gamma=lambda: initializers.RandomUniform(0.0, 1.0),
        dense=lambda: initializers.VarianceScaling(1 / 3, "fan_in", "uniform"),
        symmetric=True,
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
        pads = self.variant.symmetric and size > 1 and strides > 1
        if pads:
            x = layers.ZeroPadding2D(1, data_format=self.data_format)(x)
        return layers.Conv2D(
            filters,
            size,
            strides,
            padding="valid" if pads else "same",
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
        # The original's first listing counts 4 + 6(N-1), so 10-2 for N=2, k=2; a later one counts 6N+4, as here: 16-2.
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
    keras.utils.set_random_seed(options.seed)
    model = create_wide_residual_network(
        shape, options.classes, n, k, options.dropout, verbose, options.variant, options.data_format
    )
    if options.weights:
        files.load_weights(model, options.weights)
    return model


def summary(options):
    model = build(options, verbose=0 if options.json else 1)
    if options.json:
        print(summary_json(model), end="")
    else:
        model.summary()


def init(options):
    model = build(options)
    if options.shake:
        files.shake(model, options.seed)
    files.save_weights(model, options.to)


def forward(options):
    model = build(options)
    pixels = training.model_input(files.read_arrays(options.inputs)["images"], options)
    logits, softmax = training.Trainable(model).logits(pixels), model(pixels, training=False)
    arrays = {"pixels": pixels, "logits": logits, "softmax": softmax}
    files.write_arrays(options.to, {name: tensor.numpy() for name, tensor in arrays.items()})


def gradients(options):
    model = build(options)
    trainable, batch = training.Trainable(model), files.read_arrays(options.inputs)
    loss, tensors, logits = trainable.gradients(training.model_input(batch["images"], options), batch["labels"])
    statistics = model.non_trainable_weights
    files.write_arrays(
        options.to,
        {"loss": loss.numpy(), "logits": logits.numpy()}
        | files.named(tensors, trainable.variables, "gradient.")
        | files.named(statistics, statistics, "after."),
    )


def steps(options):
    model = build(options)
    trainable, batches = training.Trainable(model), files.read_arrays(options.inputs)
    images, labels = batches["images"], batches["labels"]
    if labels.ndim == 1:
        images, labels = images[None], labels[None]
    optimizer = training.OPTIMIZERS[options.optimizer](trainable.variables)
    step = training.training_step(trainable, optimizer, options.decay)
    losses = []
    for i, rate in enumerate(options.learning_rates):
        x, y = images[i % len(images)], labels[i % len(images)]
        loss, _ = step(training.model_input(x, options), tf.constant(y, tf.int32), tf.constant(rate))
        losses.append(loss.numpy())
    files.write_arrays(options.to, {"losses": np.array(losses)} | files.named(model.weights, model.weights, "after."))


def batches(options):
    images, labels = training.read_training_set(options.data_dir)
    data = training.augmented(images, labels, options.batch_size, options.seed)
    images, labels = zip(*data.repeat().take(options.count).as_numpy_iterator())
    files.write_arrays(options.to, {"images": np.stack(images), "labels": np.stack(labels)})


def train(options):
    recipe = recipes.load(options)
    vars(options).update(recipe["network"])
    training.train(build(options, verbose=1), options, recipe)


def parser():
    def numbers(text):
        return [float(number) for number in text.split(",")]

    def options(*names, **kwargs):
        group = argparse.ArgumentParser(add_help=False)
        group.add_argument(*names, **kwargs)
        return group

    def network(model="wrn-16-1", variant="paper", dropout=0.0):
        made = options("--model", default=model, help="wrn-DEPTH-K, with a depth of 6n+4")
        made.add_argument("--classes", type=int, default=10, help="number of classes")
        made.add_argument("--variant", choices=VARIANTS, default=variant, help="which network")
        made.add_argument("--data-format", choices=("channels_last", "channels_first"), default="channels_last")
        made.add_argument("--dropout", type=float, default=dropout, help="share of values dropped in training")
        made.add_argument("--weights", metavar="PATH", help=".weights.h5, .h5, .keras, .npz or a folder of .npy files")
        made.add_argument("--seed", type=int, default=1, help="of initial weights, order and augmentation")
        return made

    pixels = options("--mean", type=numbers, default=recipes.PAPER_CIFAR10[0], help="of red, green and blue")
    pixels.add_argument("--std", type=numbers, default=recipes.PAPER_CIFAR10[1], help="standard deviations likewise")
    inputs = options("--inputs", metavar="PATH", required=True, help="'images' and 'labels' in .npz or a .npy folder")
    to = options("--to", metavar="PATH", required=True, help="where the result goes: .npz, or a folder of .npy files")
    data = options("--data-dir", required=True, help="folder of CIFAR's .bin files")

    top = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = top.add_subparsers(dest="command", required=True)

    def command(run, text, *parents):
        made = commands.add_parser(
            run.__name__, help=text, parents=parents, formatter_class=argparse.ArgumentDefaultsHelpFormatter
        )
        made.set_defaults(run=run)
        return made

    made = command(summary, "print the table of layers", network())
    made.add_argument("--json", action="store_true", help="as JSON, one layer a line")
    made = command(init, "write initial weights", network(), to)
    made.add_argument("--shake", action="store_true", help="move biases and batch norm away from their initial values")
    command(forward, "write pixels, logits and softmax in inference", network(), pixels, inputs, to)
    command(gradients, "write the loss in training, gradients, next moving statistics", network(), pixels, inputs, to)
    text = "train some steps on given batches, write losses and weights"
    made = command(steps, text, network(), pixels, inputs, to)
    made.add_argument("--decay", type=float, default=5e-4, help="times weight, added to every gradient")
    made.add_argument("--optimizer", choices=training.OPTIMIZERS, default="nesterov")
    made.add_argument("--learning-rates", type=numbers, required=True, help="one for every step, separated by commas")
    made = command(batches, "write augmented batches as training sees them", data, to)
    made.add_argument("--count", type=int, required=True, help="number of batches")
    made.add_argument("--batch-size", type=int, default=128)
    made.add_argument("--seed", type=int, default=1)
    by_recipe = network(model=None, variant=None, dropout=None)
    made = command(train, "train by a recipe of Java's, with other values where given", by_recipe, data)
    made.add_argument("--run-dir", required=True, help="a new folder")
    made.add_argument("--recipe", default="quick", help=f"one of {', '.join(recipes.NAMES)}")
    made.add_argument("--epochs", type=int)
    made.add_argument("--batch-size", type=int)
    made.add_argument("--steps-per-epoch", type=int, help="fewer than the data give")
    made.add_argument("--learning-rate", type=float, help="the highest")
    made.add_argument("--decay", dest="weight_decay", type=float, help="times weight, added to every gradient")
    return top


def main(arguments=None):
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, FileNotFoundError) as error:
        print(f"keras_wrn: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
