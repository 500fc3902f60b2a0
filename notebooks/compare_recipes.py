"""Trains the same recipes in Java and in Keras, several seeds each, and prints a table of their test accuracies.

    python notebooks/compare_recipes.py --data-dir cifar-10-batches-bin --runs runs/recipes

One run follows the other, in `RUNS/RECIPE-PROGRAM-SEED`. Runs that are finished are not repeated, so what was
interrupted is continued by the same command; what a run that did not end has left is removed.
"""

import argparse
import itertools
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

from scipy import stats

import keras_recipes

HERE = pathlib.Path(__file__).resolve().parent
COMMANDS = {"Java": [HERE.parent / "wrn", "train"], "Keras": [sys.executable, HERE / "keras_wrn.py", "train"]}


def finished(run):
    """What run.json says of a run that has ended; None where there is none."""
    file = run / "run.json"
    facts = json.loads(file.read_text()) if file.exists() else {}
    return facts if facts.get("state") == "finished" else None


def train(program, recipe, seed, options, run):
    """The test accuracy of a run, which is trained unless it is there."""
    settings = ["--recipe", recipe, "--model", options.model, "--epochs", options.epochs, "--seed", seed]
    if options.steps_per_epoch:
        settings += ["--steps-per-epoch", options.steps_per_epoch]
    if not finished(run):
        if (run / "run.json").exists():
            shutil.rmtree(run)
        data = ["--data-dir", options.data_dir] + (["--data", "cifar10"] if program == "Java" else [])
        print(f"{program}, {recipe}, seed {seed}: {run}", file=sys.stderr, flush=True)
        command = [str(word) for word in [*COMMANDS[program], *settings, *data, "--run-dir", run]]
        if code := subprocess.run(command, stdout=sys.stderr).returncode:
            raise SystemExit(f"compare_recipes: {program} ended with code {code} and without the run {run}.")
    facts = finished(run)
    trained, steps = facts["recipe"], options.steps_per_epoch or keras_recipes.read(recipe).get("steps_per_epoch")
    found = (trained["network"]["model"], trained["epochs"], trained.get("steps_per_epoch"))
    if found != (options.model, options.epochs, steps):
        raise SystemExit(f"compare_recipes: {run} was trained with other options: name another folder by --runs.")
    return 100 * facts["result"]["test_accuracy"]


def in_words(java, keras):
    """Whether the means of two samples differ by more than chance explains, by Welch's t-test at 5 %."""
    test = stats.ttest_ind(java, keras, equal_var=False)
    verdict = "beyond chance" if test.pvalue < 0.05 else "within chance"
    difference = statistics.mean(java) - statistics.mean(keras)
    return f"{difference:+.2f} points, {verdict} (Welch's t-test, p = {test.pvalue:.2f})"


def table(accuracies):
    """The Markdown table of accuracies in percent by recipe and program."""
    heads = ["recipe", "program", "runs", "mean", "standard deviation", "Java's mean less Keras'"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for recipe, programs in accuracies.items():
        for program, values in programs.items():
            runs = ", ".join(f"{value:.2f}" for value in values)
            words = in_words(programs["Java"], programs["Keras"]) if program == "Java" else ""
            mean, spread = statistics.mean(values), statistics.stdev(values)
            lines.append(f"| `{recipe}` | {program} | {runs} | {mean:.2f} % | {spread:.2f} | {words} |")
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--data-dir", required=True, help="folder of CIFAR-10's .bin files")
    parser.add_argument("--runs", type=pathlib.Path, required=True, help="folder of the runs")
    parser.add_argument("--recipes", nargs="+", choices=keras_recipes.NAMES, default=["keras", "quick"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3], help="two at least")
    parser.add_argument("--model", default="wrn-16-1")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--steps-per-epoch", type=int, help="fewer than the data give")
    options = parser.parse_args(arguments)
    if len(options.seeds) < 2:
        parser.error("--seeds needs two seeds at least: one run has no spread.")
    accuracies = {recipe: {program: [] for program in COMMANDS} for recipe in options.recipes}
    for seed, recipe, program in itertools.product(options.seeds, options.recipes, COMMANDS):
        run = options.runs / f"{recipe}-{program.lower()}-{seed}"
        accuracies[recipe][program].append(train(program, recipe, seed, options, run))
    print(table(accuracies))


if __name__ == "__main__":
    main()
