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
    kernels: int  # started on a GPU in a step, about 20 for each convolution


@dataclass(frozen=True)
class Machine:
    """Speeds in units a second; those that are not published are assumptions of the model."""

    name: str
    flops: float  # reached in convolutions
    memory: float  # bytes
    between_towers: float  # bytes, from GPU to GPU
    to_host: float  # bytes, from GPU to host memory
    network: float  # bytes, between processes
    latency: float  # seconds, of a message between processes
    towers: int  # GPUs of a process


NETWORKS = [
    Network("WRN-16-2", 101_106_944, 912_650, 693_500, 380),
    Network("WRN-28-10", 5_243_328_768, 8_368_394, 36_497_148, 620),
]
# Datasheet: 156 TFLOP/s in TF32 (what float32 convolutions use there), 2.0 TB/s (80 GB, SXM), NVLink 600 GB/s both ways, PCIe 4 x16.
# Assumed: 40 % of the arithmetic, 70 % of the memory, 80 % of a link's one way.
A100 = Machine("A100", 0.4 * 156e12, 0.7 * 2.0e12, 0.8 * 300e9, 0.8 * 32e9, 0.0, 0.0, 8)
# Assumed: TensorFlow's gRPC fills 80 % of a 10 Gb/s link, and 2.5 GB/s of a 100 Gb/s one.
NETWORK_10G = (0.8 * 1.25e9, 50e-6)
NETWORK_100G = (2.5e9, 30e-6)

FLOPS_PER_MULTIPLY_ADD = 6  # 2 forward, 4 backward
ACCESSES_PER_OUTPUT = 6  # written, read, and the same with gradients, which read it again
BYTES = 4
KERNEL_START = 5e-6  # seconds; assumed


def compute(network, machine, images):
    """Seconds of the forward and backward pass over so many images on one device."""
    arithmetic = FLOPS_PER_MULTIPLY_ADD * network.multiply_adds / machine.flops
    traffic = ACCESSES_PER_OUTPUT * BYTES * network.outputs / machine.memory
    return images * (arithmetic + traffic) + network.kernels * KERNEL_START


def all_reduce(network, machine, devices, link):
    """Seconds until all have the sum: towers to the first one, to the host, in a ring, and back."""
    size = BYTES * network.values
    towers = min(devices, machine.towers)
    processes = math.ceil(devices / machine.towers)
    seconds = 2 * (towers - 1) * size / machine.between_towers
    if processes > 1:
        speed, latency = link
        seconds += 2 * size / machine.to_host
        seconds += 2 * (processes - 1) * (size / processes / speed + latency)
    return seconds


def images_per_second(network, machine, devices, per_device, link):
    step = compute(network, machine, per_device) + all_reduce(network, machine, devices, link)
    return devices * per_device / step


def cell(network, devices, per_device, link):
    rate = images_per_second(network, A100, devices, per_device, link)
    alone = images_per_second(network, A100, 1, 128, link)
    return f"{rate:,.0f} ({rate / devices / alone:.0%})"


def table(network):
    rows = []
    for devices in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        row = [str(devices)]
        for per_device in (128, max(1, 1024 // devices)):
            for link in (NETWORK_10G, NETWORK_100G):
                row.append(cell(network, devices, per_device, link))
        rows.append("| " + " | ".join(row) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    for network in NETWORKS:
        print(network.name)
        print(table(network))
