"""Checks an export with Python: it must load, answer by its signatures, warm up, and agree with Java.

    python check_saved_model.py pictures FOLDER
    ./wrn predict FOLDER/* --saved-model DIR --top 1000 --json | tail -n 1 > java.json
    python check_saved_model.py check DIR [--predictions java.json]

    python check_saved_model.py keras FILE.keras DIR

DIR is a version of a model, or the folder of its versions; 'keras' writes it by Keras' own export.
Needs tensorflow and tensorflow-serving-api, for 'keras' what the notebooks need.
"""

import argparse
import json
import os
import pathlib
import re
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from tensorflow_serving.apis import prediction_log_pb2
from tensorflow_serving.config import model_server_config_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Java and Python choose other parallel sums on one machine, so the last digits may differ.
TOLERANCE = 1e-5
PREDICT = "tensorflow/serving/predict"
CLASSIFY = "tensorflow/serving/classify"


def waves(height, width, channels, seed=1):
    """A picture of coloured waves and noise, uint8 [height, width, channels]."""
    random = np.random.default_rng(seed)
    y, x, c = np.mgrid[:height, :width, :channels]
    wave = 128 + 90 * np.sin(seed + x / 3 + y / 5 + c)
    return np.clip(wave + random.normal(0, 12, wave.shape), 0, 255).astype(np.uint8)


def picture_files():
    """Files by name: PNG and JPEG, of CIFAR's size, larger, wide, grey, with alpha."""
    png, jpeg = tf.io.encode_png, tf.io.encode_jpeg
    files = {
        "cifar.png": png(waves(32, 32, 3)),
        "large.png": png(waves(240, 320, 3)),
        "wide.png": png(waves(9, 400, 3)),
        "pixel.png": png(waves(1, 1, 3)),
        "grey.png": png(waves(32, 32, 1)),
        "alpha.png": png(waves(60, 50, 4)),
        "small.jpg": jpeg(waves(32, 32, 3)),
        "large.jpg": jpeg(waves(301, 203, 3)),
        "grey.jpg": jpeg(waves(64, 64, 1)),
    }
    return {name: file.numpy() for name, file in files.items()}


def example(file):
    """A serialized tf.Example with a picture's file."""
    feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[file]))
    return tf.train.Example(features=tf.train.Features(feature={"image/encoded": feature})).SerializeToString()


def write_pictures(folder):
    os.makedirs(folder, exist_ok=True)
    for name, file in picture_files().items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(file)


def newest(folder):
    """The newest version in a folder of versions, or the folder itself if it is a version."""
    if os.path.isfile(os.path.join(folder, "saved_model.pb")):
        return folder
    versions = [name for name in os.listdir(folder) if name.isdigit()]
    return os.path.join(folder, max(versions, key=int))


class Check:
    def __init__(self, folder):
        self.folder = newest(folder)
        self.model = tf.saved_model.load(self.folder)
        self.signatures = self.model.signatures
        with open(os.path.join(self.folder, "export.json"), encoding="utf-8") as file:
            self.description = json.load(file)
        self.temperature = (self.description["calibration"] or {"temperature": 1})["temperature"]
        with open(os.path.join(self.folder, "assets", "labels.txt"), encoding="utf-8") as file:
            self.labels = file.read().splitlines()

    def check_description(self):
        revision = self.description["revision"]
        assert revision is None or re.fullmatch("[0-9a-f]{40}(-dirty)?", revision), revision
        assert self.description["tensorflow"] and len(self.description["fingerprint"]) == 64
        with open(os.path.join(self.folder, "assets.extra", "MODEL_CARD.md"), encoding="utf-8") as file:
            assert self.description["fingerprint"] in file.read()

    def answer(self, signature, **inputs):
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        return {name: value.numpy() for name, value in self.signatures[signature](**tensors).items()}

    def of_files(self, files):
        return self.answer("image_bytes", image_bytes=list(files))

    def check_signatures(self):
        first = self.description["input_layout"] == "channels_first"
        classes = len(self.labels)
        image = (tf.uint8, [None, 32, 32, 3])
        answers = {
            "probabilities": (tf.float32, [None, classes]),
            "class_id": (tf.int64, [None]),
            "label": (tf.string, [None]),
        }
        expected = {
            "serving_default": ({"image": image}, answers),
            "image_bytes": ({"image_bytes": (tf.string, [None])}, answers),
            "features": ({"image": image}, {"features": (tf.float32, None)}),
            "keras": (
                {"image": (tf.float32, [None, 3, 32, 32] if first else image[1])},
                {"probabilities": answers["probabilities"]},
            ),
            "classify": (
                {"inputs": (tf.string, [None])},
                {"classes": (tf.string, [None, classes]), "scores": answers["probabilities"]},
            ),
        }
        assert set(self.signatures) == set(expected), set(self.signatures)
        for name, (inputs, outputs) in expected.items():
            function = self.signatures[name]
            assert set(inputs) == set(function.structured_input_signature[1]), name
            assert set(outputs) == set(function.structured_outputs), name
            for tensors, infos in (
                (function.structured_input_signature[1], inputs),
                (function.structured_outputs, outputs),
            ):
                for key, (dtype, shape) in infos.items():
                    assert tensors[key].dtype == dtype, (name, key, tensors[key])
                    assert shape is None or tensors[key].shape.as_list() == shape, (name, key, tensors[key])

    def check_answers(self):
        for batch in (1, 2, 128):
            pixels = np.stack([waves(32, 32, 3, seed) for seed in range(batch)])
            answer = self.answer("serving_default", image=pixels)
            assert answer["probabilities"].shape == (batch, len(self.labels))
            np.testing.assert_allclose(answer["probabilities"].sum(axis=1), 1, atol=1e-5)
            best = answer["probabilities"].argmax(axis=1)
            np.testing.assert_array_equal(answer["class_id"], best)
            assert [label.decode() for label in answer["label"]] == [self.labels[i] for i in best]

            files = self.of_files(tf.io.encode_png(image).numpy() for image in pixels)
            np.testing.assert_allclose(files["probabilities"], answer["probabilities"], atol=TOLERANCE)
            keras = self.answer("keras", image=self.normalized(pixels))
            powers = keras["probabilities"] ** (1 / self.temperature)
            softened = powers / powers.sum(axis=1, keepdims=True)
            np.testing.assert_allclose(softened, answer["probabilities"], atol=TOLERANCE)
            features = self.answer("features", image=pixels)["features"]
            examples = [example(tf.io.encode_png(image).numpy()) for image in pixels]
            classified = self.answer("classify", inputs=examples)
            np.testing.assert_allclose(classified["scores"], answer["probabilities"], atol=TOLERANCE)
            assert all([word.decode() for word in row] == self.labels for row in classified["classes"])
            assert features.shape[0] == batch and features.min() >= 0

    def normalized(self, pixels):
        """Pixels as the signature 'keras' takes them, by the numbers in export.json."""
        normalization = self.description["normalization"]
        images = pixels.astype(np.float32)
        if normalization["kind"] != "NONE":
            shape = (3,) if normalization["kind"] == "CHANNEL" else (32, 32, 3)
            mean, std = (np.array(normalization[key], np.float32).reshape(shape) for key in ("mean", "std"))
            images = (images - mean) / std
        first = self.description["input_layout"] == "channels_first"
        return images.transpose(0, 3, 1, 2) if first else images

    def check_resizing(self):
        """Decoding, cropping and resizing in the graph are what tf.image does outside of it."""
        files = picture_files()
        images = []
        for file in files.values():
            image = tf.io.decode_image(file, channels=3, expand_animations=False)
            height, width = image.shape[:2]
            side = min(height, width)
            square = tf.image.crop_to_bounding_box(image, (height - side) // 2, (width - side) // 2, side, side)
            small = tf.image.resize(square[tf.newaxis], [32, 32], antialias=True)[0]
            images.append(tf.cast(tf.round(small), tf.uint8).numpy())
        np.testing.assert_allclose(
            self.of_files(files.values())["probabilities"],
            self.answer("serving_default", image=np.stack(images))["probabilities"],
            atol=TOLERANCE,
        )

    def check_bad_input(self):
        png = tf.io.encode_png(waves(32, 32, 3)).numpy()
        for bad in (b"", b"this is no picture", png[:100], png[:20]):
            try:
                self.of_files([png, bad])
            except tf.errors.InvalidArgumentError:
                continue
            raise AssertionError(f"{bad[:20]} was taken for a picture")

    def check_warm_up(self):
        """Parses the requests with TensorFlow Serving's own messages and sends them."""
        path = os.path.join(self.folder, "assets.extra", "tf_serving_warmup_requests")
        seen = set()
        for record in tf.data.TFRecordDataset(path):
            log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
            if log.WhichOneof("log_type") == "classify_log":
                request = log.classify_log.request
                examples = request.input.example_list.examples
                inputs = {"inputs": [example.SerializeToString() for example in examples]}
            else:
                request = log.predict_log.request
                inputs = {name: tf.make_ndarray(tensor) for name, tensor in request.inputs.items()}
            answer = self.answer(request.model_spec.signature_name, **inputs)
            batch = len(next(iter(inputs.values())))
            assert all(len(value) == batch for value in answer.values())
            assert all(np.isfinite(value).all() for value in answer.values() if value.dtype == np.float32)
            seen.add((request.model_spec.signature_name, batch))
        assert seen == {(name, batch) for name in self.signatures for batch in (1, 16)}, seen

    def check_methods(self):
        """Every signature is one for TensorFlow Serving's Predict or Classify, in a graph with the tag 'serve'."""
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            meta_graph = tf.compat.v1.saved_model.load(session, ["serve"], self.folder)
            for name, signature in meta_graph.signature_def.items():
                assert signature.method_name == (CLASSIFY if name == "classify" else PREDICT), name
            assert [asset.filename for asset in meta_graph.asset_file_def] == ["labels.txt"]

    def check_predictions(self, path):
        """The answers of 'wrn predict' to the files of 'pictures' are those of Python."""
        with open(path, encoding="utf-8") as file:
            predictions = json.load(file)["predictions"]
        names = sorted(os.path.basename(prediction["file"]) for prediction in predictions)
        assert names == sorted(picture_files()), names
        for prediction in predictions:
            with open(prediction["file"], "rb") as file:
                expected = self.of_files([file.read()])["probabilities"][0]
            assert len(prediction["top"]) == len(self.labels), "predict with --top %d" % len(self.labels)
            for place in prediction["top"]:
                assert place["label"] == self.labels[place["class_id"]], place
                difference = abs(place["probability"] - expected[place["class_id"]])
                assert difference <= TOLERANCE, (prediction["file"], place, expected)


def export_by_keras(file, folder):
    sys.path.insert(0, str(ROOT / "notebooks"))
    import keras_wrn

    keras_wrn.keras.models.load_model(file).export(folder, verbose=False)


def check_server_config():
    """TensorFlow Serving can read the configuration in the documentation."""
    text = (ROOT / "docs" / "serving" / "models.config").read_text(encoding="utf-8")
    config = text_format.Parse(text, model_server_config_pb2.ModelServerConfig())
    (model,) = config.model_config_list.config
    assert set(model.version_labels.values()) == set(model.model_version_policy.specific.versions)


def check(folder, predictions):
    check_server_config()
    print("ok models.config")
    checks = Check(folder)
    for name in ("description", "signatures", "answers", "resizing", "bad_input", "warm_up", "methods"):
        getattr(checks, "check_" + name)()
        print("ok", name)
    if predictions:
        checks.check_predictions(predictions)
        print("ok predictions of Java")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("pictures", help="write pictures to classify").add_argument("folder")
    command = commands.add_parser("check", help="check an export")
    command.add_argument("folder")
    command.add_argument("--predictions", help="what 'wrn predict --json' said of the pictures")
    command = commands.add_parser("keras", help="export a model with Keras")
    command.add_argument("file")
    command.add_argument("folder")
    options = parser.parse_args()
    if options.command == "pictures":
        write_pictures(options.folder)
    elif options.command == "keras":
        export_by_keras(options.file, options.folder)
    else:
        check(options.folder, options.predictions)


if __name__ == "__main__":
    sys.exit(main())
