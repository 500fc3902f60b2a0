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

import keras_recipes as recipes

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


def crop_and_flip(image, seeds):
    """The paper's augmentation: cropped from 4 reflected pixels around, every second image flipped."""
    image = tf.pad(image, ((4, 4), (4, 4), (0, 0)), "REFLECT")
    image = tf.image.stateless_random_crop(image, (32, 32, 3), seeds[:2])
    return tf.image.stateless_random_flip_left_right(image, seeds[2:])


def turn_and_shift(image, uniform):
    """What Keras' ImageDataGenerator makes of an image with rotation_range=10, width_shift_range=5/32,
    height_shift_range=5/32 and horizontal_flip=True, from four numbers in [0, 1): float32, with its fractions."""
    turn, right, down = (2 * uniform[:3] - 1) * (10, 5, 5)
    move = {"theta": turn, "tx": right, "ty": down, "flip_horizontal": uniform[3] < 0.5}
    return tf.keras.preprocessing.image.ImageDataGenerator().apply_transform(np.float32(image), move)


def keras_augment(image, seeds):
    moved = tf.numpy_function(turn_and_shift, (image, tf.random.stateless_uniform([4], seeds[:2])), tf.float32)
    return tf.ensure_shape(moved, (32, 32, 3))


AUGMENTATIONS = {"none": lambda image, seeds: image, "flip-crop": crop_and_flip, "keras": keras_augment}


def augmented(images, labels, batch_size, seed, augment="flip-crop"):
    """One epoch of batches, another at every pass: shuffled and augmented; uint8, or float32 where `keras` is."""
    images, labels, change = tf.constant(images), tf.constant(labels), AUGMENTATIONS[augment]
    order = tf.data.Dataset.range(len(labels)).shuffle(len(labels), seed)
    seeds = tf.data.Dataset.random(seed, rerandomize_each_iteration=True).batch(4)
    data = tf.data.Dataset.zip(order, seeds).map(
        lambda index, seeds: (change(tf.gather(images, index), seeds), tf.gather(labels, index)), tf.data.AUTOTUNE
    )
    return data.batch(batch_size, drop_remainder=True).prefetch(2)


def normalized(images, options):
    """Images of values in 0 to 255, [n, 32, 32, 3], as (value - mean) / std.

    It multiplies by 1 / std, which is what TensorFlow makes of a division by a constant in a graph, not outside one.
    """
    mean, std = tf.constant(options.mean, tf.float32), tf.constant(options.std, tf.float32)
    return (tf.cast(images, tf.float32) - mean) * (1 / std)


def model_input(images, options):
    """Images as the model takes them: uint8 [n, 32, 32, 3] normalized, float32 as it is."""
    images = tf.convert_to_tensor(images)
    images = normalized(images, options) if images.dtype == tf.uint8 else images
    return tf.transpose(images, (0, 3, 1, 2)) if options.data_format == "channels_first" else images


# ----------------------------------------------------------------------------------------- loss and optimizers


class Trainable:
    """A model seen from its logits, with the loss that is trained: the mean cross-entropy of a batch.

    In training `smoothing` is the share of a label's weight that is spread over all classes.
    """

    def __init__(self, model, smoothing=0.0):
        self.smoothing = smoothing
        self.dense = model.layers[-1]
        self.features = keras.Model(model.input, self.dense.input)
        self.variables = model.trainable_variables

    def logits(self, images, training=False):
        return self.features(images, training=training) @ self.dense.kernel + self.dense.bias

    def loss(self, logits, labels, smoothing=0.0):
        share = smoothing / logits.shape[1]
        weights = tf.one_hot(labels, logits.shape[1], 1 - smoothing + share, share)
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(weights, logits))

    def gradients(self, images, labels):
        """The loss in training mode, its gradients and the logits; the moving statistics move on."""
        with tf.GradientTape() as tape:
            logits = self.logits(images, training=True)
            loss = self.loss(logits, labels, self.smoothing)
        return loss, tape.gradient(loss, [w.value for w in self.variables]), logits


class Nesterov:
    """Nesterov's momentum as Torch and TensorFlow's ResourceApplyMomentum have it.

    The learning rate is no part of the velocity; Keras' own SGD has it inside, which differs when the rate changes.
    """

    def __init__(self, variables, momentum=0.9):
        self.momentum = momentum
        self.velocities = [tf.Variable(tf.zeros(w.shape)) for w in variables]

    def apply(self, gradients, variables, rate):
        for velocity, gradient, weight in zip(self.velocities, gradients, variables):
            velocity.assign(self.momentum * velocity + gradient)
            weight.assign_sub(rate * (gradient + self.momentum * velocity))

    def clear(self):
        for velocity in self.velocities:
            velocity.assign(tf.zeros_like(velocity))


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
    "keras-sgd": lambda variables: KerasOptimizer(keras.optimizers.SGD(0.1, 0.9, nesterov=True), variables),
    "adam": lambda variables: KerasOptimizer(keras.optimizers.Adam(epsilon=1e-7), variables),
}


def optimizer_of(settings, variables):
    """The optimizer that a recipe names."""
    if settings["name"] == "sgd":
        return Nesterov(variables, settings["momentum"])
    adam = keras.optimizers.Adam(beta_1=settings["beta1"], beta_2=settings["beta2"], epsilon=settings["epsilon"])
    return KerasOptimizer(adam, variables)


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


# ----------------------------------------------------------------------------------------------------- runs


def evaluate(trainable, images, labels, options, batch_size=500):
    """Accuracy and mean cross-entropy over all images, in inference mode."""

    @tf.function(reduce_retracing=True)
    def sums(x, y):
        logits = trainable.logits(model_input(x, options))
        return tf.stack((accuracy_of(logits, y), trainable.loss(logits, y))) * tf.cast(len(y), tf.float32)

    parts = [slice(i, i + batch_size) for i in range(0, len(labels), batch_size)]
    return sum(sums(tf.constant(images[p]), tf.constant(labels[p])).numpy() for p in parts) / len(labels)


def train(model, options, recipe):
    """Trains by a recipe into a new run directory."""
    run = pathlib.Path(options.run_dir)
    if run.exists():
        raise ValueError(f"--run-dir is '{run}', which is there already: name a new folder.")
    files, test_file, label_bytes = cifar_files(options.data_dir)
    train_set, test_set = read_training_set(options.data_dir), read_cifar(test_file, label_bytes)
    batch_size, epochs = recipe["batch_size"], recipe["epochs"]
    most = len(train_set[1]) // batch_size
    per_epoch = min(most, recipe.get("steps_per_epoch", most))
    if per_epoch < 1:
        raise ValueError(f"--batch-size is {batch_size}, more than the {len(train_set[1])} images there are.")
    if max(label.max() for _, label in (train_set, test_set)) >= options.classes:
        raise ValueError(f"--classes is {options.classes}, fewer than the labels of '{options.data_dir}' need.")
    rate_at, drops = recipes.schedule(recipe, per_epoch)
    options.mean, options.std = recipes.statistics(recipe["normalization"], train_set[0], data_name(options.data_dir))
    run.mkdir(parents=True)
    facts, began = describe_run(options, recipe, [*files, test_file]), time.perf_counter()
    write_text(run / "run.json", json.dumps(facts, indent=2) + "\n")

    trainable = Trainable(model, recipe.get("label_smoothing", 0.0))
    settings = recipe["optimizer"]
    optimizer = optimizer_of(settings, trainable.variables)
    step = training_step(trainable, optimizer, settings.get("weight_decay", 0.0))
    data, rows = augmented(*train_set, batch_size, options.seed, recipe["augment"]), []
    for epoch in range(epochs):
        start, sums = time.perf_counter(), np.zeros(2)
        for i, (images, labels) in enumerate(data.take(per_epoch), epoch * per_epoch):
            if i in drops and settings.get("clear_momentum_on_drop"):
                optimizer.clear()
            rate = rate_at(i)
            pixels = model_input(normalized(images, options), options)
            sums += [value.numpy() for value in step(pixels, labels, tf.constant(rate, tf.float32))]
        seconds = time.perf_counter() - start
        loss, accuracy = sums / per_epoch
        val_accuracy, val_loss = evaluate(trainable, *test_set, options)
        speed = per_epoch * batch_size / seconds
        rows.append((epoch, accuracy, rate, loss, val_accuracy, val_loss, seconds, speed))
        lines = [HISTORY, *([f"{value:.8g}" for value in row] for row in rows)]
        write_text(run / "history.csv", "".join(",".join(line) + "\n" for line in lines))
        print(
            f"epoch {epoch + 1}/{epochs}  loss {loss:.4f}  accuracy {accuracy:.2%}  "
            f"test loss {val_loss:.4f}  test accuracy {val_accuracy:.2%}  {speed:.0f} images/s",
            flush=True,
        )
    model.save_weights(run / "final.weights.h5")
    facts["state"] = "finished"
    facts["result"] = {
        "epochs": epochs,
        "steps": epochs * per_epoch,
        "test_accuracy": float(val_accuracy),
        "test_loss": float(val_loss),
        "images_per_second": len(rows) * per_epoch * batch_size / sum(row[6] for row in rows),
        "seconds": time.perf_counter() - began,
    }
    write_text(run / "run.json", json.dumps(facts, indent=2) + "\n")


def data_name(folder):
    name = pathlib.Path(folder).resolve().name
    return {"cifar-10-batches-bin": "cifar10", "cifar-100-binary": "cifar100"}.get(name, name)


def describe_run(options, recipe, files):
    """What it takes to repeat the run, and what it runs on, in the form of the Java runs' `run.json`."""
    content = hashlib.sha256()
    for file in files:
        content.update(file.read_bytes())
    return {
        "format": 1,
        "state": "running",
        "started": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "recipe": recipe,
        "data": {
            "name": data_name(options.data_dir),
            "directory": str(pathlib.Path(options.data_dir).resolve()),
            "checksum": content.hexdigest(),
            "validation": 0,
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
