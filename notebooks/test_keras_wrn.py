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
import yaml

import keras_recipes as recipes
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

    def test_label_smoothing(self):
        trainable = training.Trainable(network("paper", classes=4))
        logits, labels = tf.constant([[0.0, 0.0, 0.0, np.log(3)]]), tf.constant([3])
        self.assertAlmostEqual(trainable.loss(logits, labels).numpy(), np.log(2), places=6)  # 3 of 6
        # 0.2 of the weight goes to all four alike: the three others, 1 of 6 each, have 0.05 each.
        smoothed = 0.85 * np.log(2) + 0.15 * np.log(6)
        self.assertAlmostEqual(trainable.loss(logits, labels, 0.2).numpy(), smoothed, places=6)

    def test_the_velocity_can_be_cleared(self):
        weight = tf.Variable([1.0])
        optimizer = training.Nesterov([weight], 0.5)
        optimizer.apply([tf.constant([1.0])], [weight], 0.1)
        optimizer.clear()
        optimizer.apply([tf.constant([1.0])], [weight], 0.1)
        np.testing.assert_allclose(weight.numpy(), [1 - 2 * 0.15], rtol=1e-6)

    def test_what_the_keras_augmentation_moves(self):
        image = np.random.default_rng(6).integers(0, 256, (32, 32, 3), np.uint8)
        still, ends = np.float32([0.5, 0.5, 0.5, 0.9]), np.float32([0.5, 1, 0, 0.1])
        np.testing.assert_allclose(training.turn_and_shift(image, still), image, atol=1e-3)
        # Read 5 columns further right and 5 rows further up, the nearest pixel beyond the border; then flipped.
        moved = np.pad(image, ((5, 0), (0, 5), (0, 0)), "edge")[:32, 5:][:, ::-1]
        np.testing.assert_allclose(training.turn_and_shift(image, ends), moved, atol=1e-3)
        corner = np.zeros((32, 32, 3), np.uint8)
        corner[4:8, 4:8] = 255
        rows, columns = np.nonzero(training.turn_and_shift(corner, np.float32([1, 0.5, 0.5, 0.9]))[..., 0] > 127)
        angle = np.degrees(np.arctan2(rows.mean() - 15.5, columns.mean() - 15.5)) + 135
        self.assertAlmostEqual(abs(angle), 10, delta=1.5)

    def test_batches_of_the_keras_augmentation(self):
        images = np.full((40, 32, 32, 3), 7, np.uint8)
        images[:, :, 16:] = 200
        batch, labels = next(iter(training.augmented(images, np.arange(40, dtype=np.int32), 40, 1, "keras")))
        self.assertEqual(batch.dtype, tf.float32)
        self.assertEqual(sorted(labels.numpy()), list(range(40)))
        self.assertAlmostEqual((batch.numpy()[:, 16, 0, 0] > 100).mean(), 0.5, delta=0.25)  # flipped
        self.assertEqual(len({image.tobytes() for image in batch.numpy()}), 40)

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


class RecipeTest(unittest.TestCase):
    def rates(self, schedule, steps, epochs=4, per_epoch=5):
        recipe = {"schedule": schedule, "learning_rate": 0.1, "epochs": epochs}
        rate, drops = recipes.schedule(recipe, per_epoch)
        return [rate(step) for step in steps], drops

    def test_the_rates_of_the_schedules(self):
        for schedule, steps, rates in (
            ({"name": "constant"}, (0, 19), (0.1, 0.1)),
            ({"name": "constant", "warmup_epochs": 0.8}, (0, 1, 3, 4, 19), (0.025, 0.05, 0.1, 0.1, 0.1)),
            ({"name": "step", "epochs": [2, 4], "factor": 0.2}, (4, 5, 14, 15), (0.1, 0.02, 0.02, 0.004)),
            # Half a cosine: at 0, 1/4, 1/2 and 19/20 of the way.
            ({"name": "cosine"}, (0, 5, 10, 19), (0.1, 0.0853553, 0.05, 0.000615583)),
            ({"name": "cosine", "final_factor": 0.1}, (0, 10), (0.1, 0.055)),
            # Two steps of warm-up, then the cosine of the 18 others.
            ({"name": "cosine", "warmup_epochs": 0.4}, (0, 1, 2, 11), (0.05, 0.1, 0.1, 0.05)),
            # From 0.004 up to 0.1 at step 6, 0.3 of 20, then the cosine of the 14 others.
            ({"name": "one-cycle"}, (0, 3, 6, 13), (0.004, 0.052, 0.1, 0.05)),
            (
                {"name": "one-cycle", "peak_at": 0.5, "start_factor": 0.5, "final_factor": 0.2},
                (0, 5, 15),
                (0.05, 0.075, 0.06),
            ),
        ):
            with self.subTest(schedule=schedule):
                np.testing.assert_allclose(self.rates(schedule, steps)[0], rates, rtol=1e-5)
        self.assertEqual(self.rates({"name": "step", "epochs": [2, 4], "factor": 0.2}, ())[1], [5, 15])
        with self.assertRaisesRegex(ValueError, "warmup_epochs is 4"):
            self.rates({"name": "cosine", "warmup_epochs": 4}, ())

    def test_the_statistics_of_the_pixels(self):
        images = np.random.default_rng(7).integers(0, 256, (50, 32, 32, 3), np.uint8)
        images[:, 3, 4, 1] = 9  # always the same: its deviation is taken for 1
        for kind, axes in (("pixel", 0), ("channel", (0, 1, 2))):
            mean, std = recipes.statistics(kind, images, "other")
            np.testing.assert_allclose(mean, images.mean(axes), rtol=1e-12)
            expected = images.astype(float).std(axes)
            if kind == "pixel":
                self.assertEqual(std[3, 4, 1], 1)
                expected[3, 4, 1] = 1
            np.testing.assert_allclose(std, expected, rtol=1e-9)
        self.assertEqual(recipes.statistics("channel", images, "cifar10"), recipes.PAPER_CIFAR10)
        for kind in ("pixel", "none"):
            mean, std = recipes.statistics(kind, images, "other")
            options = argparse.Namespace(mean=mean, std=std, data_format="channels_last")
            pixels = training.model_input(images, options).numpy()
            expected = (images - np.float32(mean)) / np.float32(std)
            np.testing.assert_allclose(pixels, expected, rtol=1e-6, atol=1e-6)
            if kind == "pixel":
                deviations = np.delete(pixels.reshape(50, -1).std(0), (3 * 32 + 4) * 3 + 1)
                np.testing.assert_allclose(deviations, np.ones(3071), rtol=1e-4)


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
        last = 0.05 * (1 + np.cos(np.pi * 5 / 6))  # two steps an epoch
        self.assertAlmostEqual(float(rows[2]["learning_rate"]), last, places=6)
        facts = json.loads((run_dir / "run.json").read_text())
        self.assertEqual((facts["format"], facts["state"], facts["result"]["steps"]), (1, "finished", 6))
        self.assertAlmostEqual(facts["result"]["test_accuracy"], float(rows[2]["val_accuracy"]), places=6)
        self.command("init", *MODEL, "--weights", run_dir / "final.weights.h5", "--to", self.folder / "weights")
        code, _, errors = run("train", *MODEL, *arguments)
        self.assertEqual(code, 2)
        self.assertIn("is there already", errors)

    def test_every_recipe_trains(self):
        self.assertEqual(recipes.NAMES, ["keras", "paper-cifar10", "paper-cifar100", "quick", "smoke"])
        for name in recipes.NAMES:
            run_dir = self.folder / name
            arguments = ("--recipe", name, "--epochs", 2, "--batch-size", 4, "--steps-per-epoch", 2, "--decay", 0.001)
            self.command("train", *MODEL, "--data-dir", self.folder, "--run-dir", run_dir, *arguments)
            with open(run_dir / "history.csv") as file:
                rows = list(csv.DictReader(file))
            self.assertTrue(all(np.isfinite(float(value)) for row in rows for value in row.values()), name)
            self.assertNotEqual(rows[0]["val_loss"], rows[1]["val_loss"])
            recipe = json.loads((run_dir / "run.json").read_text())["recipe"]
            shipped = yaml.safe_load((recipes.FOLDER / f"{name}.yaml").read_text())
            self.assertEqual(recipe["name"], name)
            self.assertEqual(recipe["schedule"], shipped["schedule"])
            self.assertEqual(recipe["optimizer"], shipped["optimizer"] | {"weight_decay": 0.001})
            self.assertEqual(recipe["network"]["variant"], "keras" if name == "keras" else "paper")
            self.assertEqual([recipe[key] for key in ("epochs", "batch_size", "steps_per_epoch")], [2, 4, 2])
            self.assertEqual(recipe["network"]["model"], "wrn-10-1")

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
            (("train", "--data-dir", self.folder, "--run-dir", self.folder / "r", "--recipe", "qick"), "one of keras"),
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
