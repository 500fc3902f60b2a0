"""Checks the twin by itself: python -m unittest test_keras_wrn, in this folder."""

import argparse
import contextlib
import csv
import io
import json
import pathlib
import tempfile
import unittest

import keras_wrn  # before TensorFlow, whose environment it sets

import keras
import numpy as np
import tensorflow as tf

import keras_training as training
import keras_weights
import make_golden

MODEL = ("--model", "wrn-10-1")


def network(variant, n=1, k=1, classes=10, data_format="channels_last", dropout=0.0):
    shape = (3, 32, 32) if data_format == "channels_first" else (32, 32, 3)
    keras.utils.set_random_seed(1)
    return keras_wrn.create_wide_residual_network(shape, classes, n, k, dropout, 0, variant, data_format)


def run(*arguments):
    """Exit code, standard output and errors of a command."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = keras_wrn.main([str(argument) for argument in arguments])
    return code, out.getvalue(), errors.getvalue()


class NetworkTest(unittest.TestCase):
    def test_parameters(self):
        for n, k, classes, trainable, moving in (
            (2, 2, 10, 691_674, 1_824),
            (2, 4, 10, 2_748_890, 3_616),
            (2, 8, 10, 10_961_370, 7_200),
            (4, 10, 10, 36_479_194, 17_952),
            (4, 10, 100, 36_536_884, 17_952),
            (6, 4, 10, 8_949_210, 10_784),
        ):
            for variant in keras_wrn.VARIANTS:
                with self.subTest(variant=variant, n=n, k=k, classes=classes):
                    facts = keras_wrn.describe(network(variant, n, k, classes))
                    self.assertEqual((facts["trainable_params"], facts["non_trainable_params"]), (trainable, moving))

    def test_one_projection_more_in_the_original_of_width_one(self):
        self.assertEqual(network("keras", 2).count_params() - network("paper", 2).count_params(), 16 * 16)

    def test_groups_halve_the_image_and_end_in_probabilities(self):
        for data_format in ("channels_last", "channels_first"):
            model = network("keras", 2, 2, 100, data_format)
            shapes = [layer.output.shape[1:] for layer in model.layers if layer.name.startswith("add")]
            last = [(32, 32, 32)] * 2 + [(16, 16, 64)] * 2 + [(8, 8, 128)] * 2
            first = [(channels, height, width) for height, width, channels in last]
            self.assertEqual(shapes, last if data_format == "channels_last" else first)
            sums = model(np.zeros((3, *model.input.shape[1:]), np.float32)).numpy().sum(1)
            np.testing.assert_allclose(sums, np.ones(3), rtol=1e-6)

    def test_where_the_variants_drop_values(self):
        def before(variant):
            rows = keras_wrn.describe(network(variant, 2, 2, dropout=0.3))["layers"]
            return [row["inbound"][0] for row in rows if row["type"] == "Dropout"]

        self.assertEqual(before("keras"), ["conv2d_4", "conv2d_9", "conv2d_14"])
        self.assertEqual(before("paper"), [f"activation_{i}" for i in (1, 3, 5, 7, 9, 11)])

    def test_initial_values(self):
        def values(model, name):
            return np.concatenate([w.numpy().ravel() for w in model.weights if w.path.endswith(name)])

        def kernel(model):
            """A kernel of 9 * 128 inputs, divided by the standard deviation that it should have."""
            return model.get_layer("conv2d_15").kernel.numpy() / np.sqrt(2 / (9 * 128))

        original, paper = network("keras", 2, 2), network("paper", 2, 2)
        self.assertLess(np.abs(values(original, "gamma")).max(), 0.05)
        self.assertLess(values(original, "gamma").min(), -0.04)
        self.assertTrue(0 <= values(paper, "gamma").min() < 0.05 and 0.95 < values(paper, "gamma").max() <= 1)
        for model in (original, paper):
            self.assertAlmostEqual(kernel(model).std(), 1, delta=0.02)
        self.assertLess(np.abs(kernel(original)).max(), 2.3)  # cut off at two deviations, before scaling
        self.assertGreater(np.abs(kernel(paper)).max(), 3.5)
        self.assertLess(np.abs(paper.get_layer("dense").kernel.numpy()).max(), 1 / np.sqrt(128))

    def test_moving_statistics(self):
        images = np.random.default_rng(0).normal(1, 2, (4, 32, 32, 3)).astype(np.float32)
        for variant, kept, correction in (("keras", 0.1, 1), ("paper", 0.9, 4096 / 4095)):
            model = network(variant)
            stem = model.get_layer("conv2d")(images).numpy().astype(np.float64)
            model(images, training=True)
            norm = model.get_layer("batch_normalization")
            np.testing.assert_allclose(norm.moving_mean.numpy(), (1 - kept) * stem.mean((0, 1, 2)), atol=1e-6)
            variance = kept + (1 - kept) * stem.var((0, 1, 2)) * correction
            np.testing.assert_allclose(norm.moving_variance.numpy(), variance, rtol=1e-6)

    def test_a_depth_that_is_none_is_refused(self):
        for name in ("wrn-17-2", "wrn-4-1", "wrn-16-0", "resnet"):
            code, _, errors = run("summary", "--model", name)
            self.assertEqual(code, 2)
            self.assertIn(f"--model is '{name}'", errors)


class TrainingTest(unittest.TestCase):
    def test_nesterov_with_coupled_decay(self):
        first, second = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.1, -0.4])
        w, v, decay = np.array([0.5, 1.5, -1.0]), np.zeros(3), 0.1
        variable = tf.Variable(w, dtype=tf.float32)

        class Slope:  # a loss with the given gradients
            variables = [variable]
            gradients = staticmethod(lambda images, labels: (0.0, [images], tf.zeros((1, 2))))

        step = training.training_step(Slope, training.Nesterov([variable]), decay)
        for gradient, rate in ((first, 0.1), (second, 0.1), (first, 0.02)):
            step(tf.constant(gradient, tf.float32), tf.constant([0]), tf.constant(rate))
            gradient = gradient + decay * w
            v = 0.9 * v + gradient
            w = w - rate * (gradient + 0.9 * v)
        np.testing.assert_allclose(variable.numpy(), w, rtol=1e-6)

    def test_nesterov_is_what_tensorflow_computes(self):
        own, theirs, velocity = tf.Variable([1.0, 2.0]), tf.Variable([1.0, 2.0]), tf.Variable([0.0, 0.0])
        optimizer = training.Nesterov([own])
        for gradient, rate in (([0.3, -1.0], 0.1), ([0.2, 0.5], 0.01)):
            optimizer.apply([tf.constant(gradient)], [own], rate)
            tf.raw_ops.ResourceApplyMomentum(
                var=theirs.handle, accum=velocity.handle, lr=rate, grad=gradient, momentum=0.9, use_nesterov=True
            )
        np.testing.assert_allclose(own.numpy(), theirs.numpy(), rtol=1e-6)

    def test_steps_lower_the_loss(self):
        batch = make_golden.draw_batch(np.random.default_rng(3))
        options = argparse.Namespace(mean=[125.3, 123.0, 113.9], std=[63.0, 62.1, 66.7], data_format="channels_last")
        images = training.model_input(batch["images"], options)
        for variant in keras_wrn.VARIANTS:
            for optimizer, rate in (("nesterov", 0.01), ("keras-sgd", 0.01), ("adam", 0.001)):
                trainable = training.Trainable(network(variant))
                step = training.training_step(trainable, training.OPTIMIZERS[optimizer](trainable.variables), 0.0)
                losses = [step(images, batch["labels"], tf.constant(rate))[0].numpy() for _ in range(4)]
                self.assertLess(losses[-1], losses[0] - 0.01, f"{variant} {optimizer}")

    def test_the_cosine(self):
        np.testing.assert_allclose([training.cosine(0.1, step, 4) for step in (0, 2)], [0.1, 0.05])
        self.assertLess(training.cosine(0.1, 399, 400), 1e-5)

    def test_a_crop_is_a_window_of_the_reflected_image(self):
        images = np.random.default_rng(4).integers(0, 256, (300, 32, 32, 3), np.uint8)
        padded = np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)), "reflect")
        data = training.augmented(images, np.arange(300, dtype=np.int32), 100, 5)
        epochs = [list(data.as_numpy_iterator()) for _ in range(2)]
        seen = []
        for crops, labels in epochs[0]:
            for crop, label in zip(crops, labels):
                windows = np.lib.stride_tricks.sliding_window_view(padded[label], (32, 32), (0, 1)).transpose(
                    0, 1, 3, 4, 2
                )
                found = [
                    (*shift, flip)
                    for flip, image in enumerate((crop, crop[:, ::-1]))
                    for shift in np.argwhere((windows == image).all((2, 3, 4)))
                ]
                self.assertEqual(len(found), 1)
                seen += found
        self.assertEqual(sorted(np.concatenate([labels for _, labels in epochs[0]])), list(range(300)))
        self.assertFalse(np.array_equal(epochs[0][0][1], epochs[1][0][1]))
        top, left, flip = np.array(seen).T
        for shift in (top, left):
            self.assertEqual(set(shift), set(range(9)))
            self.assertAlmostEqual(shift.mean(), 4, delta=0.5)
        self.assertAlmostEqual(flip.mean(), 0.5, delta=0.1)
        self.assertLess(abs(np.corrcoef([top, left, flip])[np.triu_indices(3, 1)]).max(), 0.2)


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        batch = make_golden.draw_batch(np.random.default_rng(5), 20)
        np.savez(self.folder / "batch.npz", **batch)
        records = np.concatenate([batch["labels"][:, None], batch["images"].transpose(0, 3, 1, 2).reshape(20, -1)], 1)
        for name in ("data_batch_1.bin", "test_batch.bin"):
            records.astype(np.uint8).tofile(self.folder / name)

    def command(self, name, *arguments):
        code, out, errors = run(name, *arguments)
        self.assertEqual(code, 0, errors)
        return out

    def test_weights_are_the_same_in_every_format(self):
        for variant in keras_wrn.VARIANTS:
            softmax = []
            for name in ("w.weights.h5", "w.keras", "w.h5", "w.npz", "w"):
                weights, to = self.folder / variant / name, self.folder / variant / f"{name}.out"
                arguments = (*MODEL, "--variant", variant)
                self.command("init", *arguments, "--shake", "--seed", 7, "--to", weights)
                self.command(
                    "forward", *arguments, "--weights", weights, "--inputs", self.folder / "batch.npz", "--to", to
                )
                softmax.append(keras_weights.read_arrays(to)["softmax"])
            for other in softmax[1:]:
                np.testing.assert_array_equal(softmax[0], other)

    def test_the_golden_numbers_are_what_the_twin_computes(self):
        for variant in keras_wrn.VARIANTS:
            golden = keras_weights.read_arrays(make_golden.NUMBERS / f"wrn-10-1-{variant}.npz")
            weights = {k.removeprefix("weight."): v for k, v in golden.items() if k.startswith("weight.")}
            np.savez(self.folder / "weights.npz", **weights)
            for data_format in ("channels_last", "channels_first"):
                arguments = [*MODEL, "--variant", variant, "--data-format", data_format]
                arguments += ["--inputs", make_golden.NUMBERS / "batch.npz", "--weights", self.folder / "weights.npz"]
                rates = ",".join(str(rate) for rate in golden["nesterov.rates"])
                results = {}
                for command, options in (
                    ("forward", ()),
                    ("gradients", ()),
                    ("steps", ("--learning-rates", rates, "--decay", golden["nesterov.decay"])),
                ):
                    to = self.folder / f"{variant}-{data_format}-{command}.npz"
                    self.command(command, *arguments, "--to", to, *options)
                    results[command] = keras_weights.read_arrays(to)
                np.testing.assert_allclose(results["forward"]["logits"], golden["inference.logits"], atol=1e-5)
                np.testing.assert_allclose(results["gradients"]["loss"], golden["training.loss"], atol=1e-5)
                np.testing.assert_allclose(results["steps"]["losses"], golden["nesterov.losses"], rtol=1e-4)
                for name, index in ((k.removeprefix("index."), v) for k, v in golden.items() if k.startswith("index.")):
                    if f"gradient.sample.{name}" in golden:
                        sample = golden[f"gradient.sample.{name}"]
                        error = np.linalg.norm(results["gradients"][f"gradient.{name}"].ravel()[index] - sample)
                        self.assertLess(error, 1e-4 * np.linalg.norm(sample), name)

    def test_a_run_leaves_what_java_runs_leave(self):
        run_dir = self.folder / "run"
        arguments = ("--data-dir", self.folder, "--batch-size", 8, "--epochs", 3, "--run-dir", run_dir)
        self.command("train", *MODEL, *arguments)
        with open(run_dir / "history.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["epoch"] for row in rows], ["0", "1", "2"])
        self.assertEqual(tuple(rows[0]), training.HISTORY)
        last = training.cosine(0.1, 5, 6)  # two steps an epoch
        self.assertAlmostEqual(float(rows[2]["learning_rate"]), last, places=6)
        facts = json.loads((run_dir / "run.json").read_text())
        self.assertEqual((facts["format"], facts["state"], facts["result"]["steps"]), (1, "finished", 6))
        self.assertAlmostEqual(facts["result"]["test_accuracy"], float(rows[2]["val_accuracy"]), places=6)
        self.command("init", *MODEL, "--weights", run_dir / "final.weights.h5", "--to", self.folder / "weights")
        code, _, errors = run("train", *MODEL, *arguments)
        self.assertEqual(code, 2)
        self.assertIn("is there already", errors)

    def test_bad_input_is_refused_in_a_sentence(self):
        np.savez(self.folder / "none.npz", images=np.zeros((1, 32, 32, 3), np.uint8))
        (self.folder / "other").mkdir()
        (self.folder / "cut").mkdir()
        for name in ("data_batch_1.bin", "test_batch.bin"):
            (self.folder / "cut" / name).write_bytes(b"1" * 3000)
        for arguments, message in (
            (("train", "--data-dir", self.folder / "other", "--run-dir", self.folder / "r"), "holds neither"),
            (("train", "--data-dir", self.folder / "cut", "--run-dir", self.folder / "r"), "no whole number"),
            (("train", "--data-dir", self.folder, "--run-dir", self.folder / "r"), "--batch-size is 128"),
            (("init", "--weights", self.folder / "none.npz", "--to", self.folder / "w"), "conv2d.kernel"),
            (("init", "--weights", self.folder / "missing.npz", "--to", self.folder / "w"), "missing.npz"),
        ):
            code, _, errors = run(arguments[0], *MODEL, *arguments[1:])
            self.assertEqual(code, 2)
            self.assertIn(message, errors)
            self.assertEqual(len(errors.splitlines()), 1)
        self.assertFalse((self.folder / "r").exists() or (self.folder / "w").exists())


if __name__ == "__main__":
    unittest.main()
