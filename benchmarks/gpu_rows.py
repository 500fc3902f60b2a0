"""Which training steps benchmarks/gpu measures: the networks, formats and devices, and what ./wrn can do of it."""

import dataclasses
import re

# What a row is called, the option --precision and what --tf32 is set to (None where it makes no difference).
FORMATS = (
    ("fp32", "fp32", "off"),
    ("TF32", "fp32", "on"),
    ("bf16", "bf16", None),
    ("fp16", "fp16", None),
)


@dataclasses.dataclass(frozen=True)
class Form:
    """What differs between a measurement on GPUs and a dry run."""

    models: tuple
    batch_size: int  # of a device
    steps: int
    rounds: int
    devices: int
    every_format: bool  # is measured with XLA and on all devices, too; else only the first
    training: tuple  # for `./wrn train`, on 10,000 generated images

    @staticmethod
    def of_gpus(count, steps, rounds):
        return Form(("wrn-16-2", "wrn-40-4", "wrn-28-10"), 128, steps, rounds, count, True, ("--epochs", 4))

    @staticmethod
    def dry():
        """A small network for a few steps; two towers stand for two GPUs."""
        return Form(("wrn-10-1",), 8, 2, 1, 2, False, ("--epochs", 1, "--steps-per-epoch", 2))


@dataclasses.dataclass(frozen=True)
class Variant:
    """A way in which ours computes a row."""

    contender: str
    setting: str  # of it, in words
    devices: int
    words: tuple  # for `./wrn bench train`


def options(help_text):
    """The options in a --help of ./wrn, each with what may follow it, such as {"precision": {"fp32", "bf16"}}."""
    found = re.findall(r"^ {2,6}(?:-\w, )?--([\w-]+)(?:\[?=(\S+))?", help_text, re.M)
    return {name: set(values.split("|")) for name, values in found}


def choose(form, known):
    """The rows, as (model, format, precision, variants), and a sentence for each format that ./wrn does not know."""
    rows, skipped = [], []
    for name, precision, tf32 in FORMATS:
        missing = missing_option(known, precision, tf32)
        if missing:
            skipped.append(f"{name} is left out: `./wrn bench train` has no `{missing}`.")
            continue
        words = ("--precision", precision) + (("--tf32", tf32) if tf32 else ())
        of_it = variants(form, words) if form.every_format or not rows else variants(form, words)[:1]
        rows += [(model, name, precision, of_it) for model in form.models]
    rows.sort(key=lambda row: form.models.index(row[0]))
    return rows, skipped


def missing_option(known, precision, tf32):
    if precision not in known.get("precision", ()):
        return f"--precision {precision}"
    return f"--tf32 {tf32}" if tf32 and tf32 not in known.get("tf32", ()) else None


def variants(form, words):
    """One device, and all of them where there are several, each without XLA and with it."""
    chosen = []
    for devices in sorted({1, form.devices}):
        name, setting, of_all = "ours", "one device", ()
        if devices > 1:
            name, setting, of_all = "ours, all devices", f"{devices} devices", ("--towers", str(devices))
        chosen.append(Variant(name, setting, devices, (*words, *of_all)))
        chosen.append(Variant(f"{name}, XLA", f"{setting}, XLA", devices, (*words, *of_all, "--xla")))
    return chosen
