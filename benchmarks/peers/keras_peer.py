"""The Keras twin at the works that are compared: training step, input pipeline, an epoch, and the way to the first step."""

import argparse
import json
import os
import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).parents[2] / "notebooks"))
import keras_wrn  # first, since it turns oneDNN on before TensorFlow loads
import keras_training as training

import keras
import numpy as np
import tensorflow as tf

import measure

MEAN, STD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)
BATCH = 128


def network(name):
    n, k = keras_wrn.parse_model(name)
    return keras_wrn.create_wide_residual_network((32, 32, 3), 10, n, k, 0.0, 0, "paper", "channels_last")


def compiled(name, jit=False):
    model = network(name)
    sgd = keras.optimizers.SGD(0.1, 0.9, nesterov=True)
    model.compile(sgd, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=jit)
    return model


def train(options):
    policies = {"bf16": "mixed_bfloat16", "fp16": "mixed_float16"}
    if options.precision in policies:
        keras.mixed_precision.set_global_policy(policies[options.precision])
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.enable_tensor_float_32_execution(options.precision == "tf32")
    generator = np.random.default_rng(1)
    images = tf.constant(generator.normal(size=(options.batch_size, 32, 32, 3)).astype(np.float32))
    labels = tf.constant(generator.integers(0, 10, options.batch_size).astype(np.int32))
    if options.loop == "own":
        trainable = training.Trainable(network(options.model))
        step = training.training_step(trainable, training.Nesterov(trainable.variables), 5e-4)
        rate = tf.constant(0.1)
        measure.report(lambda: step(images, labels, rate)[0].numpy(), options)
    else:
        model = compiled(options.model, options.jit)
        model.make_train_function()
        batches = iter(tf.data.Dataset.from_tensors((images, labels)).repeat())
        # Asked for the loss, a GPU has to be done with the step.
        measure.report(lambda: float(model.train_function(batches)["loss"]), options)


def normalised(images, labels):
    return (tf.cast(images, tf.float32) - tf.constant(MEAN)) * (1 / tf.constant(STD)), labels


def mapped(images, labels, flips_and_crops=True):
    """One epoch of shuffled uint8 batches, image by image: the twin's own pipeline."""
    if flips_and_crops:
        return training.augmented(images, labels, BATCH, seed=1)
    data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(labels), 1)
    return data.batch(BATCH, drop_remainder=True).prefetch(2)


def batched(images, labels, flips_and_crops=True):
    """The same as ours makes it: one permutation an epoch, and whole batches that are gathered, flipped and cropped."""
    steps = len(labels) // BATCH
    images, labels = tf.constant(images), tf.constant(labels)

    def epoch(seed):
        keys = tf.random.stateless_uniform((len(labels),), (seed, 0), None, None, tf.int64)
        order = tf.math.top_k(keys, len(labels)).indices[: steps * BATCH]
        uniform = tf.random.stateless_uniform((steps, BATCH, 3), (seed, 1))
        return tf.data.Dataset.from_tensor_slices((tf.reshape(order, (steps, BATCH)), uniform))

    def assemble(index, uniform):
        batch = tf.gather(images, index)
        return flipped_and_cropped(batch, uniform) if flips_and_crops else batch, tf.gather(labels, index)

    seeds = tf.data.Dataset.random(1, rerandomize_each_iteration=True).take(1)
    return seeds.flat_map(epoch).map(assemble, os.cpu_count()).prefetch(4)


def flipped_and_cropped(images, uniform):
    """Crops from 4 reflected pixels around: every pixel is gathered from where it comes from, and nothing is padded."""
    flip, vertical, horizontal = (uniform[:, i : i + 1] for i in range(3))
    forward = tf.range(32)[tf.newaxis]

    def source(offset, places):
        padded = tf.cast(offset * 9, tf.int32) + places
        return 31 - tf.abs(31 - tf.abs(padded - 4))

    rows = source(vertical, forward)
    columns = source(horizontal, tf.where(flip < 0.5, 31 - forward, forward))
    first = tf.range(BATCH)[:, tf.newaxis] * 32 * 32 + rows * 32
    return tf.gather(tf.reshape(images, (-1, 3)), first[:, :, tf.newaxis] + columns[:, tf.newaxis])


def data(options):
    """uint8 batches, with augmentation and without."""
    pipeline = {"mapped": mapped, "batched": batched}[options.pipeline]
    training_set = training.read_training_set(options.data_dir)

    def rate(batches):
        seconds = []
        for _ in range(1 + options.epochs):
            start, seen = time.perf_counter(), 0
            for _, y in batches:
                seen += len(y)
            seconds.append(time.perf_counter() - start)
        return seen / float(np.median(seconds[1:]))

    augmented, plain = pipeline(*training_set), pipeline(*training_set, flips_and_crops=False)
    print(json.dumps({"images_per_second": rate(augmented), "images_per_second_plain": rate(plain)}))


def training_data(folder):
    return batched(*training.read_training_set(folder)).map(normalised, tf.data.AUTOTUNE)


def epoch(options):
    """`fit` for one epoch with validation, and a file to go on from."""
    model = compiled(options.model)
    _, file, label_bytes = training.cifar_files(options.data_dir)
    test = tf.data.Dataset.from_tensor_slices(training.read_cifar(file, label_bytes)).batch(256)
    validation = test.map(normalised).prefetch(2)
    history = model.fit(training_data(options.data_dir), epochs=1, validation_data=validation, verbose=0).history
    model.save(options.to)
    print(json.dumps({name: values[-1] for name, values in history.items()}))


def sgemm(options):
    a, b = tf.random.normal((2048, 2048)), tf.random.normal((2048, 2048))
    multiply = tf.function(lambda: tf.matmul(a, b)[0, 0])
    print(json.dumps({"gflops": measure.gflops(2 * 2048**3, lambda: multiply().numpy())}))


def first_step(options):
    compiled("wrn-16-2").fit(training_data(options.data_dir), steps_per_epoch=1, verbose=0)
    print("first step done", flush=True)


def parser():
    works = argparse.ArgumentParser(description=__doc__)
    sub = works.add_subparsers(required=True)
    work = sub.add_parser("train")
    measure.add_options(work)
    work.add_argument("--loop", choices=("fit", "own"), default="fit")
    work.add_argument("--jit", action="store_true", help="jit_compile: XLA")
    work.set_defaults(run=train)
    sub.add_parser("sgemm", help="multiplies matrices").set_defaults(run=sgemm)
    for name, run in (("data", data), ("epoch", epoch), ("first-step", first_step)):
        work = sub.add_parser(name)
        work.add_argument("--data-dir", required=True)
        work.set_defaults(run=run)
        if name == "data":
            work.add_argument("--epochs", type=int, default=2)
            work.add_argument("--pipeline", choices=("mapped", "batched"), default="batched")
        if name == "epoch":
            work.add_argument("--model", default="wrn-16-2")
            work.add_argument("--to", required=True, help="the .keras file")
    return works


if __name__ == "__main__":
    arguments = parser().parse_args()
    arguments.run(arguments)
