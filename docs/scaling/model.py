"""The cost model of ../scaling.md: predicts images a second, and prints the tables of that page."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """What a step costs: of an image in multiply-adds and outputs of layers, of a step in weights."""

    name: str
    multiply_adds: float
    outputs: float
    values: float  # gradients and batch statistics, which are added up
    tensors: int  # as many
    kernels: int  # ops of a step that compute something, counted on a CPU


@dataclass(frozen=True)
class Machine:
    """Speeds in units a second; those that are not published are assumptions of the model."""

    flops: float  # reached in convolutions
    memory: float  # bytes
    between_towers: float  # bytes, from GPU to GPU
    to_host: float  # bytes, from GPU to host memory
    towers: int  # GPUs of a process


NETWORKS = [
    Network("WRN-16-2", 101_106_944, 912_650, 693_500, 72, 385),
    Network("WRN-28-10", 5_243_328_768, 8_368_394, 36_497_148, 132, 700),
]
# Datasheet: 156 TFLOP/s in TF32 (what float32 convolutions use there), 2.0 TB/s (80 GB, SXM), NVLink 600 GB/s both ways, PCIe 4 x16.
# Assumed: 40 % of the arithmetic, 70 % of the memory, 80 % of a link's one way.
A100 = Machine(0.4 * 156e12, 0.7 * 2.0e12, 0.8 * 300e9, 0.8 * 32e9, 8)
# Published links, of which 80 % are assumed. gRPC is slower than either of them.
NETWORK_10G = 0.8 * 1.25e9
NETWORK_100G = 0.8 * 12.5e9

FLOPS_PER_MULTIPLY_ADD = 6  # 2 forward, 4 backward
ACCESSES_PER_OUTPUT = 6  # written, read, and the same with gradients, which read it again
BYTES = 4
KERNEL_START = 5e-6  # seconds; assumed
COPY_START = 10e-6  # seconds, of a copy between devices; assumed
COPIES_PER_TOWER = 5  # the weights, the sums; images, labels and seed of dropout from the host
# Measured with two processes of one core each: of a message, and of the bytes that a process passes on.
MESSAGE = 0.35e-3
GRPC_IN_CACHE = 0.5e9
GRPC = 0.35e9
CACHE = 32e6
PIPELINE = 340_000  # images a second on two cores; measured


def compute(network, machine, images):
    """Seconds of the forward and backward pass over so many images on one device."""
    arithmetic = FLOPS_PER_MULTIPLY_ADD * network.multiply_adds / machine.flops
    traffic = ACCESSES_PER_OUTPUT * BYTES * network.outputs / machine.memory
    return images * (arithmetic + traffic) + network.kernels * KERNEL_START


def copies(towers):
    """Copies between devices in a step; the first tower is where the weights are."""
    return COPIES_PER_TOWER * (towers - 1)


def gather(network, machine, towers):
    """Seconds until the first device has the sum of its towers."""
    if towers == 1:
        return 0
    size = BYTES * network.values
    # Weights and values are packed, the towers' vectors read and their sum written, then scaled.
    memory = (2 + 2 + (towers + 1) + 2) * size / machine.memory
    links = 2 * (towers - 1) * size / machine.between_towers
    # Two packings, the sum, the scaling; as many slices as tensors, for those that are not aligned.
    launches = (4 + network.tensors) * KERNEL_START
    return memory + links + launches + copies(towers) * COPY_START


def exchange(size, processes, link):
    """Seconds until all processes have the sum of their vectors of so many bytes: a ring."""
    messages = 2 * (processes - 1)
    speed = min(link, GRPC_IN_CACHE if size < CACHE else GRPC)
    return messages * (MESSAGE + size / processes / speed)


def all_reduce(network, machine, devices, link):
    """Seconds until all have the sum: towers to the first one, to the host, in a ring, and back."""
    size = BYTES * network.values
    processes = math.ceil(devices / machine.towers)
    seconds = gather(network, machine, min(devices, machine.towers))
    if processes > 1:
        seconds += 2 * size / machine.to_host + exchange(size, processes, link)
    return seconds


def images_per_second(network, machine, devices, per_device, link):
    step = compute(network, machine, per_device) + all_reduce(network, machine, devices, link)
    pipelines = math.ceil(devices / machine.towers)
    return min(devices * per_device / step, pipelines * PIPELINE)


def cell(network, devices, per_device, link):
    rate = images_per_second(network, A100, devices, per_device, link)
    alone = images_per_second(network, A100, 1, 128, link)
    return f"{rate:,.0f} ({rate / devices / alone:.0%})"


def table(network):
    rows = []
    for devices in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        cells = [
            cell(network, devices, per_device, NETWORK_10G)
            for per_device in (128, max(1, 1024 // devices))
        ]
        rows.append("| " + " | ".join([str(devices), *cells]) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    for network in NETWORKS:
        print(network.name)
        print(table(network))
