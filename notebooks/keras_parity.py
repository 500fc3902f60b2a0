"""Answers what the Java tests ask of the twin: commands of keras_wrn, and those below."""

import sys

import parity_answers

try:
    import keras_wrn  # before TensorFlow, whose environment it sets

    import keras
    import numpy as np
    import scipy  # of which ImageDataGenerator has need
    import tensorflow as tf

    import keras_training
    import keras_weights
except ImportError as error:
    parity_answers.say(missing=str(error))
    sys.exit(3)


def draw(*words):
    """Writes weights far from their initial values, with which no ReLU is near its kink for the first batch."""
    options = keras_wrn.parser().parse_args(["forward", *words])
    model = keras_wrn.build(options)
    keras_weights.shake(model, options.seed)
    images = keras_weights.read_arrays(options.inputs)["images"]
    keras_weights.avoid_kinks(model, keras_training.model_input(images, options))
    keras_weights.save_weights(model, options.to)


def decode(*words):
    """Writes the first images of a CIFAR file, their labels and their pixels."""
    options = keras_wrn.parser().parse_args(["forward", *words])
    label_bytes = 2 if options.classes == 100 else 1
    images, labels = (array[:1000] for array in keras_training.read_cifar(options.inputs, label_bytes))
    pixels = keras_training.model_input(images, options).numpy()
    keras_weights.write_arrays(options.to, {"images": images, "labels": labels, "pixels": pixels})


def layers(*words):
    """Prints the table of layers, and then the same as JSON."""
    model = keras_wrn.build(keras_wrn.parser().parse_args(["summary", *words]), verbose=1)
    model.summary()
    print(keras_wrn.summary_json(model))


def drop(*words):
    """Writes what share of the active values dropout drops in training, and by how much it scales the others."""
    options = keras_wrn.parser().parse_args(["forward", *words])
    model = keras_wrn.build(options)
    dropouts = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    outputs = keras.Model(model.input, [(layer.input, layer.output) for layer in dropouts])
    images = keras_weights.read_arrays(options.inputs)["images"]
    pairs = outputs(keras_training.model_input(images, options), training=True)
    before, after = (np.concatenate([np.ravel(pair[i]) for pair in pairs]) for i in range(2))
    before, after = before[before != 0], after[before != 0]
    kept = after != 0
    facts = {"dropped": 1 - kept.mean(), "scale": (after[kept] / before[kept]).mean()}
    keras_weights.write_arrays(options.to, {name: np.float32(value) for name, value in facts.items()})


def augment(*words):
    """Writes the images as training augments them, each once: as the original's scripts do, or the paper's."""
    options = keras_wrn.parser().parse_args(["forward", *words])
    batch = keras_weights.read_arrays(options.inputs)
    images, labels = batch["images"], batch["labels"]
    if options.variant == "paper":
        images = next(iter(keras_training.augmented(images, labels, len(labels), options.seed)))[0].numpy()
    else:
        np.random.seed(options.seed)
        generator = tf.keras.preprocessing.image.ImageDataGenerator(
            rotation_range=10, width_shift_range=5 / 32, height_shift_range=5 / 32, horizontal_flip=True
        )
        images = (generator.random_transform(image) for image in images.astype(np.float32))
        images = np.stack([np.uint8(image + 0.5) for image in images])
    keras_weights.write_arrays(options.to, {"images": images})


COMMANDS = {command.__name__: command for command in (draw, decode, layers, drop, augment)}


def run(words):
    return COMMANDS[words[0]](*words[1:]) if words[0] in COMMANDS else keras_wrn.main(words)


if __name__ == "__main__":
    parity_answers.answer_all(run)
