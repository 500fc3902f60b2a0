"""How the cost of a training step grows with width, depth and batch: ours and the peers, as growth.png and growth.csv."""

import argparse
import csv
import pathlib

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

import compare

SERIES = {
    "width k (WRN-16-k, batch 64)": [(k, f"wrn-16-{k}", 64) for k in (1, 2, 4, 6, 8, 10)],
    "depth (WRN-d-2, batch 64)": [(depth, f"wrn-{depth}-2", 64) for depth in (10, 16, 22, 28, 34, 40)],
    "batch (WRN-16-2)": [(batch, "wrn-16-2", batch) for batch in (16, 32, 64, 128, 256, 512)],
}
FIELDS = ("series", "x", "contender", "step_seconds", "peak_rss_bytes")


def contenders(model, batch_size):
    what = ("--model", model, "--batch-size", batch_size, "--steps", 3)
    return (
        compare.wrn("", "bench", "train", *what, "--variant", "paper"),
        compare.peer("Keras 3.15, TF 2.18", "fit", "keras", "keras_peer.py", "train", *what, "--warm-up", 2),
        compare.peer("PyTorch 2.15, eager", "", "torch", "torch_peer.py", "train", *what, "--warm-up", 2),
    )


def measure():
    for series, points in SERIES.items():
        for x, model, batch_size in points:
            for setting in contenders(model, batch_size):
                measured = setting.measure(folder="")
                row = (series, x, setting.contender, measured["step_seconds_median"], measured["peak_rss_bytes"])
                print(*row, sep=", ", flush=True)
                yield dict(zip(FIELDS, row))


def draw(rows, path):
    figure, axes = pyplot.subplots(2, len(SERIES), figsize=(13, 7), layout="constrained")
    for column, series in enumerate(SERIES):
        for line, (field, label, scale) in enumerate(
            (("step_seconds", "seconds a step", 1), ("peak_rss_bytes", "peak resident memory, GiB", 2**-30))
        ):
            axis = axes[line][column]
            for contender in dict.fromkeys(row["contender"] for row in rows):
                points = [row for row in rows if row["series"] == series and row["contender"] == contender]
                axis.plot(
                    [int(row["x"]) for row in points],
                    [float(row[field]) * scale for row in points],
                    marker="o",
                    label=contender,
                )
            axis.set(xlabel=series, ylabel=label, ylim=(0, None))
            axis.grid(alpha=0.3)
    axes[0][0].legend()
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/run growth", description=__doc__)
    parser.add_argument("--to", type=pathlib.Path, default=compare.HERE, help="the folder of the results")
    options = parser.parse_args()
    compare.build()
    with open(options.to / "growth.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        rows = []
        for row in measure():
            rows.append(row)
            writer.writerow(row)
            file.flush()
    draw(rows, options.to / "growth.png")


if __name__ == "__main__":
    main()
