#!/usr/bin/env python3
"""Trains for two epochs, and reads with TensorBoard what it should show of them.

    python .ci/check_tensorboard.py
"""

import io
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = [5, 10]
SCALARS = {"loss/train", "loss/held_out", "accuracy/train", "accuracy/held_out", "learning_rate", "gradient_norm", "images_per_second", "data_wait"}


def expect(what, actual, expected):
    if actual != expected:
        raise SystemExit(f"{what}: {actual} instead of {expected}")


def check(run):
    events = EventAccumulator(str(run), size_guidance={"histograms": 0, "images": 0}).Reload()
    tags = events.Tags()

    expect("scalars", SCALARS - set(tags["scalars"]), set())
    history = [line.split(",") for line in (run / "history.csv").read_text().splitlines()]
    columns = {"loss/train": "loss", "accuracy/held_out": "val_accuracy", "learning_rate": "learning_rate", "gradient_norm": "gradient_norm"}
    for tag, column in columns.items():
        points = events.Scalars(tag)
        expect(f"steps of {tag}", [point.step for point in points], STEPS)
        for point, row in zip(points, history[1:], strict=True):
            value = float(row[history[0].index(column)])
            if abs(point.value - value) > 1e-6 * abs(value):
                raise SystemExit(f"{tag} is {point.value} in TensorBoard and {value} in history.csv")

    expect("histograms", {"conv2d/kernel", "dense/bias"} - set(tags["histograms"]), set())
    for tag in tags["histograms"]:
        for point in events.Histograms(tag):
            histogram = point.histogram_value
            expect(f"values of {tag}", sum(histogram.bucket), histogram.num)
            expect(f"highest value of {tag}", histogram.bucket_limit[-1], histogram.max)

    (picture,) = events.Images("augmentation")
    expect("picture", Image.open(io.BytesIO(picture.encoded_image_string)).size, (picture.width, picture.height))

    (content,) = events.PluginTagToContent("hparams").values()
    settings = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    expect("epochs", settings.hparams["epochs"].number_value, 2)
    expect("model", settings.hparams["network.model"].string_value, "wrn-10-1")
    expect("start", settings.start_time_secs > 1e9, True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder, "run")
        train = ["train", "--data", "generated", "--recipe", "smoke", "--run-dir", run]
        subprocess.run([ROOT / "wrn", *map(str, train)], check=True, stdout=subprocess.DEVNULL)
        check(run)
    print("TensorBoard reads scalars, histograms, images and hyper-parameters.")


if __name__ == "__main__":
    sys.exit(main())
