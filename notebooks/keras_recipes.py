"""The recipes that Java ships, as the twin reads them: their values, learning rates and statistics of the pixels."""

import math
import pathlib

import numpy as np
import yaml

FOLDER = pathlib.Path(__file__).resolve().parents[1].joinpath(
    "wrn-train", "src", "main", "resources", "org", "wideresnet", "train", "settings", "recipes"
)
# The others ask for averaged weights or a decay of kernels alone, which the twin does not know.
NAMES = ["keras", "paper-cifar10", "paper-cifar100", "quick", "smoke"]
PAPER_CIFAR10 = [125.3, 123.0, 113.9], [63.0, 62.1, 66.7]


def read(name):
    """A recipe as its file has it."""
    if name not in NAMES:
        raise ValueError(f"--recipe is '{name}': it must be one of {', '.join(NAMES)}.")
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def load(options):
    """The recipe `options.recipe` with the keys of Java's run.json; other options replace its values where given."""
    recipe = read(options.recipe)
    network = {"model": "wrn-16-1", "variant": "paper", "dropout": 0.0} | recipe.get("network", {})
    recipe = {"name": options.recipe} | recipe | {"network": network}
    for section, keys in (
        (network, ("model", "variant", "dropout")),
        (recipe["optimizer"], ("weight_decay",)),
        (recipe, ("epochs", "batch_size", "steps_per_epoch", "learning_rate")),
    ):
        section.update({key: value for key in keys if (value := getattr(options, key)) is not None})
    return recipe


def schedule(recipe, per_epoch):
    """The learning rate as a function of the 0-based step, and the first steps of a lower one if it falls by steps.

    It is Java's LearningRateSchedule: where `warmup_epochs` is given, the first steps have a rising share of the rate.
    """
    settings, peak, total = recipe["schedule"], recipe["learning_rate"], recipe["epochs"] * per_epoch
    end = peak * settings.get("final_factor", 0)
    warmup = math.floor(settings.get("warmup_epochs", 0) * per_epoch + 0.5)
    if warmup >= total:
        raise ValueError(f"schedule.warmup_epochs is {settings['warmup_epochs']}, as long as the whole training.")
    drops = [(epoch - 1) * per_epoch for epoch in settings.get("epochs", ())]
    top = min(total - 1, math.floor(settings.get("peak_at", 0.3) * total + 0.5))
    start = peak * settings.get("start_factor", 0.04)

    def cosine(step, first):
        return end + 0.5 * (peak - end) * (1 + math.cos(math.pi * max(0, step - first) / (total - first)))

    shapes = {
        "constant": lambda step: peak,
        "step": lambda step: peak * settings["factor"] ** sum(drop <= step for drop in drops),
        "cosine": lambda step: cosine(step, warmup),
        "one-cycle": lambda step: start + (peak - start) * step / top if step < top else cosine(step, top),
    }
    shape = shapes[settings["name"]]
    return lambda step: shape(step) * (min(1, (step + 1) / warmup) if warmup else 1), drops


def statistics(kind, images, data):
    """Mean and standard deviation of uint8 images [n, 32, 32, 3] in 0 to 255, as (value - mean) / std takes them.

    `channel`: 3 of each, those of the paper's code for CIFAR-10; `pixel`: [32, 32, 3] of each; `none`: 0 and 1.
    """
    if kind == "none":
        return [0.0], [1.0]
    if kind == "channel" and data == "cifar10":
        return PAPER_CIFAR10
    sums, count = images.sum(0, dtype=np.int64), len(images)
    squares = np.einsum("nhwc,nhwc->hwc", images, images, dtype=np.int64, casting="safe")
    if kind == "channel":
        sums, squares, count = sums.sum((0, 1)), squares.sum((0, 1)), count * 32 * 32
    variance = squares / count - (sums / count) ** 2
    return sums / count, np.where(variance < 1e-9, 1, np.sqrt(np.maximum(variance, 0)))
