"""Times the steps of a peer, and says the result as one line of JSON."""

import json
import statistics
import time


def add_options(parser):
    parser.add_argument("--model", default="wrn-16-2")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--precision", choices=("fp32", "tf32", "bf16", "fp16"), default="fp32")
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--steps", type=int, default=15)


def gflops(flops, work, repetitions=50):
    """The most arithmetic that a library does in a second, in billions; the first half only warms up."""
    return flops / median_seconds(work, repetitions // 2, repetitions // 2) / 1e9


def median_seconds(work, warm_up, count):
    seconds = []
    for i in range(warm_up + count):
        start = time.perf_counter()
        work()
        if i >= warm_up:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def report(step, options):
    median = median_seconds(step, options.warm_up, options.steps)
    print(json.dumps({"step_seconds_median": median, "images_per_second": options.batch_size / median}), flush=True)
