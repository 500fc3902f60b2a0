"""Exports of a network with the same weights from ./wrn and Keras, and how fast the peers answer.

The weights are drawn by Keras, imported and exported by ./wrn, and written by Keras' model.export(), which is converted
for OpenVINO and, by tf2onnx, for ONNX Runtime. The peers get normalised floats; ./wrn takes bytes and normalises them
itself.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
WARM_UP_CALLS = 5
CLASSES = 10


def wrn(*words):
    subprocess.run([ROOT / "wrn", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def write(options):
    name, folder = options.model, options.folder
    sys.path.insert(0, str(ROOT / "notebooks"))
    import keras_weights
    import keras_wrn
    import numpy as np

    n, k = keras_wrn.parse_model(name)
    model = keras_wrn.create_wide_residual_network((32, 32, 3), CLASSES, n, k, 0.0, 0, "paper", "channels_last")
    keras_weights.shake(model, 1)
    model.export(folder / "keras", verbose=False)
    model.save_weights(folder / "twin.weights.h5")
    records = np.random.default_rng(1).integers(0, 256, (200, 3073), np.uint8)
    records[:, 0] = np.arange(200) % CLASSES
    (folder / "noise").mkdir()
    for file in ("data_batch_1.bin", "test_batch.bin"):
        records.tofile(folder / "noise" / file)
    wrn("weights", "import", "--from", folder / "twin.weights.h5", "--model", name, "--classes", CLASSES,
        "--variant", "paper", "--data", folder / "noise", "--run-dir", folder / "run")  # fmt: skip
    wrn("export", "--run-dir", folder / "run", "--to", folder / "java")


def convert(options):
    """Keras' export for a peer."""
    export = options.folder / "keras"
    if options.peer == "openvino":
        import openvino as ov

        ov.save_model(ov.convert_model(export), options.folder / "openvino.xml", compress_to_fp16=False)
    else:
        to = ("--output", options.folder / "network.onnx", "--opset", "18")
        subprocess.run([sys.executable, "-m", "tf2onnx.convert", "--saved-model", export, *to], check=True)


def keras(folder, batch, threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    model = tf.saved_model.load(str(folder / "keras"))
    images = tf.random.stateless_normal((batch, 32, 32, 3), (1, 2))
    return lambda: model.serve(images).numpy()


def openvino(folder, batch, threads):
    import numpy as np
    import openvino as ov

    core = ov.Core()
    options = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": threads,
    }
    model = core.read_model(folder / "openvino.xml")
    model.reshape([batch, 32, 32, 3])
    request = core.compile_model(model, "CPU", options).create_infer_request()
    images = np.random.default_rng(1).normal(size=(batch, 32, 32, 3)).astype(np.float32)
    return lambda: request.infer([images])


def onnxruntime(folder, batch, threads):
    import numpy as np
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(folder / "network.onnx", options, providers=["CPUExecutionProvider"])
    images = np.random.default_rng(1).normal(size=(batch, 32, 32, 3)).astype(np.float32)
    inputs = {session.get_inputs()[0].name: images}
    return lambda: session.run(None, inputs)


PEERS = {"keras": keras, "openvino": openvino, "onnxruntime": onnxruntime}


def call(options):
    """Calls a peer again and again, one caller at a time."""
    request = PEERS[options.peer](options.folder, options.batch_size, options.threads)
    for _ in range(WARM_UP_CALLS):
        request()
    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < options.seconds:
        before = time.perf_counter()
        request()
        times.append(time.perf_counter() - before)
    images_per_second = options.batch_size * len(times) / (time.perf_counter() - start)
    print(json.dumps({"p50_ms": 1e3 * statistics.median(times), "images_per_second": images_per_second}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    works = parser.add_subparsers(required=True)
    work = works.add_parser("write")
    work.add_argument("model")
    work.add_argument("folder", type=pathlib.Path)
    work.set_defaults(run=write)
    work = works.add_parser("convert")
    work.add_argument("peer", choices=("openvino", "onnxruntime"))
    work.add_argument("folder", type=pathlib.Path)
    work.set_defaults(run=convert)
    work = works.add_parser("call")
    work.add_argument("peer", choices=PEERS)
    work.add_argument("folder", type=pathlib.Path)
    work.add_argument("batch_size", type=int)
    work.add_argument("threads", type=int)
    work.add_argument("seconds", type=float)
    work.set_defaults(run=call)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
