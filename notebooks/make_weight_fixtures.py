"""Writes files of weights as Keras 3 and Keras 2 write them into the Java tests' resources, with what the network says.

    pip install -r requirements.txt tf-keras==2.18.0
    python make_weight_fixtures.py
"""

import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # only says which Keras tf.keras is
KERAS2 = len(sys.argv) == 4
if KERAS2:
    import tf_keras

    sys.modules["keras"] = tf_keras  # the twin made by Keras 2

import numpy as np

import keras_training
import keras_weights
import keras_wrn

KERAS = pathlib.Path(__file__).resolve().parent.parent / "wrn-model/src/test/resources/keras"
CLASSES = 10


def network():
    return keras_wrn.create_wide_residual_network((32, 32, 3), CLASSES, 1, 1, 0.0, 0, "keras", "channels_last")


def inputs(n=4):
    """Numbers in [-1, 1] that Java computes alike."""
    steps = np.arange(n * 32 * 32 * 3) * 7919 % 511
    return (steps.astype(np.float32) / np.float32(255) - np.float32(1)).reshape(n, 32, 32, 3)


def shorten(weight):
    """A kernel with 8 bits of mantissa, so that it compresses; everything else as it is."""
    return (weight.view(np.int32) & -0x10000).view(np.float32) if weight.ndim == 4 else weight


def write_keras2(source, target):
    """Writes the weights of a .npz from the second model of a process, and its predictions."""
    network()
    tf_keras.backend.clear_session = lambda: None  # names go on where the first model ended
    model = network()
    model.set_weights(list(keras_weights.read_arrays(source).values()))
    model.save_weights(target)
    np.save(target + ".npy", model.predict(inputs(), verbose=0))


def compress(file):
    with open(KERAS / (file.name + ".gz"), "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(file.read_bytes())


def write_all(folder):
    model = network()
    keras_weights.shake(model, 1)
    model.set_weights([shorten(weight) for weight in model.get_weights()])
    model.save_weights(folder / "keras3.weights.h5")
    model.save(folder / "keras3.keras")
    model.compile("adam", "sparse_categorical_crossentropy")
    model.save(folder / "keras3.h5")
    np.savez(folder / "weights.npz", *model.get_weights())
    keras2 = folder / "keras2.h5"
    subprocess.run([sys.executable, __file__, "keras2", folder / "weights.npz", keras2], check=True)
    np.testing.assert_allclose(np.load(f"{keras2}.npy"), model.predict(inputs(), verbose=0), atol=1e-6)

    KERAS.mkdir(parents=True, exist_ok=True)
    for file in (folder / "keras3.weights.h5", folder / "keras3.keras", folder / "keras3.h5", keras2):
        compress(file)
    digest = hashlib.sha256(b"".join(weight.astype("<f4").tobytes() for weight in model.get_weights()))
    logits = keras_training.Trainable(model).logits(inputs()).numpy()
    expected = {"sha256": digest.hexdigest(), "logits": [[float(value) for value in row] for row in logits]}
    (KERAS / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    if KERAS2:
        write_keras2(*sys.argv[2:])
    else:
        with tempfile.TemporaryDirectory() as temporary:
            write_all(pathlib.Path(temporary))
