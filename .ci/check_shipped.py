"""Loads the network that comes with the program in Python TensorFlow, in Keras and, if it is installed, in PyTorch.

    python .ci/check_shipped.py

All three must answer alike to random images, and the .safetensors file must hold the values of Keras' bit for bit.
"""

import json
import os
import pathlib
import struct
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "models" / "wrn-16-2-cifar10"
TOLERANCE = 1e-5
sys.path.insert(0, str(ROOT / "notebooks"))

import keras_wrn


def stored(file):
    """The arrays of a .safetensors file by name; all are float32."""
    content = file.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def sorted_values(arrays):
    return np.sort(np.concatenate([array.ravel() for array in arrays]))


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def main():
    if not FOLDER.is_dir():
        print(f"skipped: there is no {FOLDER.relative_to(ROOT)}")
        return
    files = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    assert files <= 10_000_000, files
    images = np.random.default_rng(1).integers(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    export = json.loads((FOLDER / "1" / "export.json").read_text(encoding="utf-8"))
    mean, std = (np.array(export["normalization"][key], np.float32) for key in ("mean", "std"))
    normalised = (images.astype(np.float32) - mean) / std

    model = tf.saved_model.load(str(FOLDER / "1"))
    answer = model.signatures["serving_default"](image=tf.constant(images))["probabilities"].numpy()

    n, k = keras_wrn.parse_model(export["model"].lower())
    classes = answer.shape[1]
    keras = keras_wrn.create_wide_residual_network(
        (32, 32, 3), classes, n, k, 0.0, 0, export["variant"], "channels_last"
    )
    keras.load_weights(FOLDER / f"{FOLDER.name}.weights.h5")
    np.testing.assert_allclose(keras.predict(normalised, verbose=0), answer, atol=TOLERANCE)
    print("ok Keras answers as the SavedModel does in TensorFlow")

    torch_arrays = stored(FOLDER / f"{FOLDER.name}.safetensors")
    np.testing.assert_array_equal(sorted_values(torch_arrays.values()), sorted_values(keras.get_weights()))
    print("ok the .safetensors file holds the values of the .weights.h5 file")
    try:
        import torch
        import torch_wrn
    except ImportError:
        print("skipped: PyTorch is not installed")
        return
    network = torch_wrn.WideResNet(6 * n + 4, k, classes)
    state = {name: torch.from_numpy(array.copy()) for name, array in torch_arrays.items()}
    missing, unexpected = network.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
    network.eval()
    with torch.no_grad():
        logits = network(torch.from_numpy(normalised.transpose(0, 3, 1, 2).copy())).numpy()
    np.testing.assert_allclose(softmax(logits), answer, atol=TOLERANCE)
    print("ok PyTorch answers as the SavedModel does in TensorFlow")


if __name__ == "__main__":
    main()
