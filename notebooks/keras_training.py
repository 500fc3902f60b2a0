"""How the Keras twin is trained: CIFAR batches, loss, optimizers, and runs that leave what Java runs leave."""

import datetime
import hashlib
import json
import os
import pathlib
import platform
import time

import keras
import numpy as np
import tensorflow as tf

MOMENTUM = 0.9
HISTORY = ("epoch", "accuracy", "learning_rate", "loss", "val_accuracy", "val_loss", "seconds", "images_per_second")
# Those that make a network faster, as Linux names them.
INSTRUCTION_SETS = (
    "avx avx2 fma f16c avx_vnni avx512f avx512_vnni avx512_bf16 avx512_fp16 amx_tile amx_bf16 amx_int8 "
    "asimd asimdhp sve sve2 bf16 i8mm"
).split()


# ----------------------------------------------------------------------------------------------------- data


def cifar_files(folder):
    """Training files, test file, and how many label bytes a record has, by the names of the official files."""
    folder = pathlib.Path(folder)
    for train, test, labels in (("data_batch_*.bin", "test_batch.bin", 1), ("train.bin", "test.bin", 2)):
        files = sorted(folder.glob(train))
        if files and (folder / test).exists():
            return files, folder / test, labels
    raise ValueError(f"--data-dir is '{folder}', which holds neither data_batch_1.bin nor train.bin with their tests.")


def read_cifar(file, label_bytes):
    """Images uint8 [n, 32, 32, 3] and labels int32 [n] (of CIFAR-100 the fine ones) of one file."""
    data = np.fromfile(file, np.uint8)
    if not data.size or data.size % (3072 + label_bytes):
        raise ValueError(
            f"{file} has {data.size} bytes, which is no whole number of {3072 + label_bytes}-byte records."
        )
    records = data.reshape(-1, 3072 + label_bytes)
    images = records[:, label_bytes:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), records[:, label_bytes - 1].astype(np.int32)


def read_training_set(folder):
    files, _, label_bytes = cifar_files(folder)
    images, labels = zip(*(read_cifar(file, label_bytes) for file in files))
    return np.concatenate(images), np.concatenate(labels)


def augmented(images, labels, batch_size, seed):
    """One epoch of uint8 batches, another at every pass: shuffled, cropped from 4 reflected pixels around, flipped."""

    def augment(index, seeds):
        image = tf.pad(tf.gather(images, index), ((4, 4), (4, 4), (0, 0)), "REFLECT")
        image = tf.image.stateless_random_crop(image, (32, 32, 3), seeds[:2])
        return tf.image.stateless_random_flip_left_right(image, seeds[2:]), tf.gather(labels, index)

    images, labels = tf.constant(images), tf.constant(labels)
    order = tf.data.Dataset.range(len(labels)).shuffle(len(labels), seed)
    seeds = tf.data.Dataset.random(seed, rerandomize_each_iteration=True).batch(4)
    data = tf.data.Dataset.zip(order, seeds).map(augment, tf.data.AUTOTUNE)
    return data.batch(batch_size, drop_remainder=True).prefetch(2)


def model_input(images, options):
    """Images as the model takes them: uint8 [n, 32, 32, 3] as (value - mean) / std, float32 as it is.

    It multiplies by 1 / std, which is what TensorFlow makes of a division by a constant in a graph, but not outside one.
    """
    images = tf.convert_to_tensor(images)
    if images.dtype == tf.uint8:
        images = (tf.cast(images, tf.float32) - tf.constant(options.mean)) * (1 / tf.constant(options.std))
    return tf.transpose(images, (0, 3, 1, 2)) if options.data_format == "channels_first" else images


# ----------------------------------------------------------------------------------------- loss and optimizers


class Trainable:
    """A model seen from its logits, with the loss that is trained: the mean cross-entropy of a batch."""

    def __init__(self, model):
        self.dense = model.layers[-1]
        self.features = keras.Model(model.input, self.dense.input)
        self.variables = model.trainable_variables

    def logits(self, images, training=False):
        return self.features(images, training=training) @ self.dense.kernel + self.dense.bias

    def loss(self, logits, labels):
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))

    def gradients(self, images, labels):
        """The loss in training mode, its gradients and the logits; the moving statistics move on."""
        with tf.GradientTape() as tape:
            logits = self.logits(images, training=True)
            loss = self.loss(logits, labels)
        return loss, tape.gradient(loss, [w.value for w in self.variables]), logits


class Nesterov:
    """Nesterov's momentum as Torch and TensorFlow's ResourceApplyMomentum have it.

    The learning rate is no part of the velocity; Keras' own SGD has it inside, which differs when the rate changes.
    """

    def __init__(self, variables):
        self.velocities = [tf.Variable(tf.zeros(w.shape)) for w in variables]

    def apply(self, gradients, variables, rate):
        for velocity, gradient, weight in zip(self.velocities, gradients, variables):
            velocity.assign(MOMENTUM * velocity + gradient)
            weight.assign_sub(rate * (gradient + MOMENTUM * velocity))


class KerasOptimizer:
    """An optimizer of Keras' own."""

    def __init__(self, optimizer, variables):
        self.optimizer = optimizer
        optimizer.build(variables)

    def apply(self, gradients, variables, rate):
        self.optimizer.learning_rate.assign(rate)
        self.optimizer.apply(gradients, variables)


OPTIMIZERS = {
    "nesterov": Nesterov,
    "keras-sgd": lambda variables: KerasOptimizer(keras.optimizers.SGD(0.1, MOMENTUM, nesterov=True), variables),
    "adam": lambda variables: KerasOptimizer(keras.optimizers.Adam(epsilon=1e-7), variables),
}


def training_step(trainable, optimizer, decay):
    """A function (images, labels, rate) -> (loss, accuracy) that trains one step.

    The decay is coupled: decay * weight is added to every gradient before the optimizer sees it; the loss is without.
    """

    @tf.function
    def step(images, labels, rate):
        loss, gradients, logits = trainable.gradients(images, labels)
        gradients = [gradient + decay * w for gradient, w in zip(gradients, trainable.variables)]
        optimizer.apply(gradients, trainable.variables, rate)
        return loss, accuracy_of(logits, labels)

    return step


def accuracy_of(logits, labels):
    return tf.reduce_mean(tf.cast(tf.argmax(logits, 1, labels.dtype) == labels, tf.float32))


def cosine(rate, step, steps):
    """The learning rate of a 0-based step, on its way to 0 after the last."""
    return rate * 0.5 * (1 + np.cos(np.pi * step / steps))


# ----------------------------------------------------------------------------------------------------- runs


def evaluate(trainable, images, labels, options, batch_size=500):
    """Accuracy and mean cross-entropy over all images, in inference mode."""

    @tf.function(reduce_retracing=True)
    def sums(x, y):
        logits = trainable.logits(model_input(x, options))
        return tf.stack((accuracy_of(logits, y), trainable.loss(logits, y))) * tf.cast(len(y), tf.float32)

    parts = [slice(i, i + batch_size) for i in range(0, len(labels), batch_size)]
    return sum(sums(tf.constant(images[p]), tf.constant(labels[p])).numpy() for p in parts) / len(labels)


def train(model, options):
    """Trains by the quick recipe (SGD, Nesterov, a cosine to 0, flip and reflected crop) into a new run directory."""
    run = pathlib.Path(options.run_dir)
    if run.exists():
        raise ValueError(f"--run-dir is '{run}', which is there already: name a new folder.")
    files, test_file, label_bytes = cifar_files(options.data_dir)
    train_set, test_set = read_training_set(options.data_dir), read_cifar(test_file, label_bytes)
    most = len(train_set[1]) // options.batch_size
    per_epoch = min(most, options.steps_per_epoch or most)
    if per_epoch < 1:
        raise ValueError(f"--batch-size is {options.batch_size}, more than the {len(train_set[1])} images there are.")
    if max(label.max() for _, label in (train_set, test_set)) >= options.classes:
        raise ValueError(f"--classes is {options.classes}, fewer than the labels of '{options.data_dir}' need.")
    run.mkdir(parents=True)
    facts, began = describe_run(options, [*files, test_file]), time.perf_counter()
    write_text(run / "run.json", json.dumps(facts, indent=2) + "\n")

    trainable = Trainable(model)
    step = training_step(trainable, Nesterov(trainable.variables), options.decay)
    data, rows = augmented(*train_set, options.batch_size, options.seed), []
    for epoch in range(options.epochs):
        start, sums = time.perf_counter(), np.zeros(2)
        for i, (images, labels) in enumerate(data.take(per_epoch)):
            rate = cosine(options.learning_rate, epoch * per_epoch + i, options.epochs * per_epoch)
            sums += [
                value.numpy() for value in step(model_input(images, options), labels, tf.constant(rate, tf.float32))
            ]
        seconds = time.perf_counter() - start
        loss, accuracy = sums / per_epoch
        val_accuracy, val_loss = evaluate(trainable, *test_set, options)
        speed = per_epoch * options.batch_size / seconds
        rows.append((epoch, accuracy, rate, loss, val_accuracy, val_loss, seconds, speed))
        lines = [HISTORY, *([f"{value:.8g}" for value in row] for row in rows)]
        write_text(run / "history.csv", "".join(",".join(line) + "\n" for line in lines))
        print(
            f"epoch {epoch + 1}/{options.epochs}  loss {loss:.4f}  accuracy {accuracy:.2%}  "
            f"test loss {val_loss:.4f}  test accuracy {val_accuracy:.2%}  {speed:.0f} images/s",
            flush=True,
        )
    model.save_weights(run / "final.weights.h5")
    facts["state"] = "finished"
    facts["result"] = {
        "epochs": options.epochs,
        "steps": options.epochs * per_epoch,
        "test_accuracy": float(val_accuracy),
        "test_loss": float(val_loss),
        "images_per_second": len(rows) * per_epoch * options.batch_size / sum(row[6] for row in rows),
        "seconds": time.perf_counter() - began,
    }
    write_text(run / "run.json", json.dumps(facts, indent=2) + "\n")


def describe_run(options, files):
    """What it takes to repeat the run, and what it runs on, in the form of the Java runs' `run.json`."""
    folder, content = pathlib.Path(options.data_dir).resolve(), hashlib.sha256()
    for file in files:
        content.update(file.read_bytes())
    recipe = {
        "name": "quick",
        "network": {"model": options.model, "variant": options.variant, "dropout": options.dropout},
        "optimizer": {"name": "sgd", "momentum": MOMENTUM, "nesterov": True, "weight_decay": options.decay},
        "learning_rate": options.learning_rate,
        "schedule": {"name": "cosine"},
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "augment": "flip-crop",
        "normalization": "channel",
    }
    return {
        "format": 1,
        "state": "running",
        "started": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "recipe": recipe | ({"steps_per_epoch": options.steps_per_epoch} if options.steps_per_epoch else {}),
        "data": {
            "name": {"cifar-10-batches-bin": "cifar10", "cifar-100-binary": "cifar100"}.get(folder.name, folder.name),
            "directory": str(folder),
            "checksum": content.hexdigest(),
            "validation": 0,
            "mean": options.mean,
            "std": options.std,
        },
        "options": {
            "seed": options.seed,
            "deterministic": False,
            "precision": "fp32",
            "device": "cpu",
            "towers": 1,
            "workers": 1,
            "xla": False,
            "weights": options.weights,
            "data_format": options.data_format,
        },
        "versions": {
            "project": f"Keras {keras.__version__}",
            "tensorflow": tf.__version__,
            "java": f"none (Python {platform.python_version()})",
            "numpy": np.__version__,
        },
        "machine": describe_machine(),
        "result": None,
    }


def describe_machine():
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:  # not Linux
        text = ""
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}
    flags = (facts.get("flags", "") + " " + facts.get("Features", "")).split()
    return {
        "cpu": facts.get("model name", "unknown"),
        "instruction_sets": [name for name in INSTRUCTION_SETS if name in flags],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "os": f"{platform.system()} {platform.release()} {platform.machine()}",
        "gpu": "none",
        "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", ""),
    }


def write_text(path, text):
    """Writes a file beside its place and then moves it there."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text)
    os.replace(temporary, path)
