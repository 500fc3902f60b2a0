"""Writes what Keras says of the network into the Java tests' resources, where `mvn verify` compares with it.

    python make_golden.py
"""

import contextlib
import io
import os
import pathlib

os.environ["COLUMNS"] = "80"  # the width of the summary's table where there is no terminal

import keras_wrn

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ROOT / "wrn-model/src/test/resources/golden"


def run(*arguments):
    """What a command of the twin prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if keras_wrn.main(arguments):
            raise SystemExit(f"keras_wrn {' '.join(arguments)} failed")
    return printed.getvalue()


def write_layers():
    for variant, depth, k, data_format in (
        ("keras", 16, 1, "channels_last"),
        ("paper", 16, 1, "channels_last"),
        ("keras", 16, 2, "channels_last"),
        ("paper", 16, 2, "channels_last"),
        ("keras", 16, 2, "channels_first"),
    ):
        text = run(
            "summary", "--json", "--model", f"wrn-{depth}-{k}", "--variant", variant, "--data-format", data_format
        )
        (LAYERS / f"layers-{variant}-{depth}-{k}-{data_format}.json").write_text(text)
    text = run("summary", "--model", "wrn-16-2", "--variant", "keras")
    (LAYERS / "summary-keras-16-2.txt").write_text(text)


if __name__ == "__main__":
    LAYERS.mkdir(parents=True, exist_ok=True)
    write_layers()
