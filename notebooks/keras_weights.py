"""Weights and arrays of the Keras twin in files: HDF5 as Keras writes it, and plain NumPy arrays, one a tensor."""

import os
import pathlib
import shutil

import keras
import numpy as np


def read_arrays(path):
    """The arrays of a .npz file or of a folder of .npy files, by name."""
    path = pathlib.Path(path)
    if path.is_dir():
        return {file.stem: np.load(file) for file in sorted(path.glob("*.npy"))}
    with np.load(path) as arrays:
        return dict(arrays)


def write_arrays(path, arrays):
    """Writes a .npz file, or else a folder of .npy files; it gets its name when it is complete."""
    path, temporary = pathlib.Path(path), pathlib.Path(f"{path}.tmp")
    if path.exists():
        raise ValueError(f"--to is '{path}', which is there already: name a new file or folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npz":
        with open(temporary, "wb") as file:
            np.savez_compressed(file, **arrays)
    else:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        for name, array in arrays.items():
            np.save(temporary / f"{name}.npy", array)
    os.replace(temporary, path)


def named(tensors, variables, prefix=""):
    """Tensors by the Keras path of their variables, such as `conv2d.kernel`."""
    return {prefix + w.path.replace("/", "."): np.asarray(t) for t, w in zip(tensors, variables)}


def load_weights(model, path):
    """Takes the weights of .weights.h5, .h5, .keras, .npz, or a folder of .npy files."""
    path = pathlib.Path(path)
    if not path.is_dir() and path.suffix != ".npz":
        return model.load_weights(path)
    arrays = read_arrays(path)
    for name, weight in named(model.weights, model.weights).items():
        if name not in arrays or arrays[name].shape != weight.shape:
            found = f"{arrays[name].shape}" if name in arrays else "nothing"
            raise ValueError(f"{path} holds {found} for {name}, which needs the shape {weight.shape}.")
    for weight in model.weights:
        weight.assign(arrays[weight.path.replace("/", ".")])


def save_weights(model, path):
    """Writes what `load_weights` takes; .h5 and .keras hold the whole model."""
    path = pathlib.Path(path)
    if path.suffix not in (".h5", ".keras"):
        return write_arrays(path, named(model.weights, model.weights))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name("tmp-" + path.name)
    if path.name.endswith(".weights.h5"):
        model.save_weights(temporary)
    else:
        model.save(temporary)
    os.replace(temporary, path)


def shake(model, seed):
    """Moves every weight away from where it begins, so that each of them, and epsilon, matters in a comparison.

    Kernels shrink, gammas spread around 1 and some below 0, and moving statistics get near those of random images.
    """
    random = np.random.default_rng(seed)
    draw = {
        "gamma": lambda shape: random.uniform(0.5, 1.5, shape) * random.choice((-1, 1), shape, p=(0.1, 0.9)),
        "beta": lambda shape: random.normal(0, 0.3, shape),
        "bias": lambda shape: random.normal(0, 0.3, shape),
    }
    for weight in model.weights:
        if weight.name in draw:
            weight.assign(draw[weight.name](weight.shape))
        elif weight.name == "kernel" and len(weight.shape) == 4:
            weight.assign(weight * 0.25)
    for _ in range(30):
        model(random.normal(size=(8, *model.input.shape[1:])).astype(np.float32), training=True)
    for weight in model.non_trainable_weights:
        weight.assign(weight * random.uniform(0.7, 1.4, weight.shape))


def avoid_kinks(model, pixels):
    """Moves betas a little, so that no value that a ReLU takes in training on these pixels comes close to 0.

    There its slope jumps, and rounding alone would decide whether such a value takes part in the gradients.
    Returns the layers whose betas were moved.
    """
    norms = [layer for layer in model.layers if layer.name.startswith("batch_normalization")]
    for norm in norms:
        values = keras.Model(model.input, norm.output)(pixels, training=True).numpy()
        values = np.moveaxis(values, norm.axis, -1)
        beta = norm.beta.numpy()
        choices = np.float32(np.float16(beta + np.linspace(-0.1, 0.1, 101)[:, None]))
        nearest = [np.abs(values + (choice - beta)).min((0, 1, 2)) for choice in choices]
        norm.beta.assign(np.take_along_axis(choices, np.argmax(nearest, 0)[None], 0)[0])
    return norms
