"""Times the steps of a peer, and says the result as one line of JSON."""

import json
import resource
import statistics
import sys
import time


def add_options(parser):
    parser.add_argument("--model", default="wrn-16-2")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--steps", type=int, default=15)


def gflops(flops, work, repetitions=50):
    """The most arithmetic that a library does in a second, in billions; the first half only warms up."""
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return flops / statistics.median(seconds[repetitions // 2 :]) / 1e9


def report(step, options):
    seconds = []
    for i in range(options.warm_up + options.steps):
        start = time.perf_counter()
        step()
        if i >= options.warm_up:
            seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    scale = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    print(
        json.dumps(
            {
                "step_seconds_median": median,
                "images_per_second": options.batch_size / median,
                "peak_rss_bytes": peak,
            }
        ),
        flush=True,
    )
