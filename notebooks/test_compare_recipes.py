"""Checks the table of recipes, from runs that are made up: nothing is trained."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import compare_recipes

JAVA, KERAS = (78.88, 78.49, 78.42), (78.27, 78.29, 77.24)


class CompareRecipesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for program, accuracies in (("java", JAVA), ("keras", KERAS)):
            for seed, accuracy in enumerate(accuracies, 1):
                run = self.folder / f"quick-{program}-{seed}"
                run.mkdir()
                recipe = {"name": "quick", "network": {"model": "wrn-16-1"}, "epochs": 5}
                facts = {"state": "finished", "recipe": recipe, "result": {"test_accuracy": accuracy / 100}}
                (run / "run.json").write_text(json.dumps(facts))

    def compare(self, *arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            compare_recipes.main(["--data-dir", "none", "--runs", str(self.folder), "--recipes", "quick", *arguments])
        return out.getvalue()

    def test_the_table_of_runs_that_are_there(self):
        _, _, java, keras = self.compare().splitlines()
        # By hand: t = 0.6633 / sqrt((0.0614 + 0.3606) / 3) = 1.768 at 2.66 degrees of freedom.
        words = "+0.66 points, within chance (Welch's t-test, p = 0.19)"
        self.assertEqual(java, f"| `quick` | Java | 78.88, 78.49, 78.42 | 78.60 % | 0.25 | {words} |")
        self.assertEqual(keras, "| `quick` | Keras | 78.27, 78.29, 77.24 | 77.93 % | 0.60 |  |")

    def test_a_difference_beyond_chance(self):
        words = compare_recipes.in_words(JAVA, [value - 5 for value in KERAS])
        self.assertIn("+5.66 points, beyond chance", words)

    def test_runs_of_other_options_are_not_mixed_in(self):
        for arguments in (("--epochs", "4"), ("--model", "wrn-16-2"), ("--steps-per-epoch", "9")):
            with self.assertRaisesRegex(SystemExit, "quick-java-1 was trained with other options"):
                self.compare(*arguments)


if __name__ == "__main__":
    unittest.main()
