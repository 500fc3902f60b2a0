"""What the driver and the libraries on this machine say of its GPUs, and whether TensorFlow 2.18 can use them.

The numbers are those that the native library of tensorflow-core-native 1.1.0, linux-x86_64-gpu, holds: docs/gpu.md.
"""

import ctypes
import dataclasses
import re
import subprocess

DRIVER = (525, 60, 13)  # the oldest that runs CUDA 12
CUDA = (12, 5)  # what TensorFlow was built with; any 12.x has the same names
CUDNN = (9, 3)  # any newer 9.x will do
CAPABILITY = (6, 0)  # the oldest that its kernels were built for
# TensorFlow opens these before it uses a GPU. Where one is missing it uses none.
LIBRARIES = (
    "libcudart.so.12",
    "libcublas.so.12",
    "libcublasLt.so.12",
    "libcufft.so.11",
    "libcusolver.so.11",
    "libcusparse.so.12",
    "libcudnn.so.9",
)
QUERY = ("nvidia-smi", "--query-gpu=name,driver_version,memory.total,compute_cap", "--format=csv,noheader,nounits")


class Unusable(Exception):
    """There is no GPU here that can be used; the message says why, in one sentence."""


@dataclasses.dataclass(frozen=True)
class Gpu:
    name: str
    driver: str
    memory_mib: int  # 0 where it has none of its own
    capability: str

    def __str__(self):
        return f"{self.name}, {self.memory_mib:,} MiB, compute capability {self.capability}"


def numbers(version):
    return tuple(int(part) for part in re.findall(r"\d+", version))


def parse(output):
    """The GPUs in the CSV that nvidia-smi prints for QUERY, one in a line.

    Raises Unusable where it printed something else.
    """
    gpus = []
    for line in filter(None, map(str.strip, output.splitlines())):
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != 4 or not numbers(fields[1]):
            raise Unusable(f"nvidia-smi shows no GPU, but says: {line.rstrip('.')}.")
        name, driver, memory, capability = fields
        gpus.append(Gpu(name, driver, int(memory) if memory.isdigit() else 0, capability))
    if not gpus:
        raise Unusable("nvidia-smi shows no GPU.")
    return gpus


def gpus():
    """The GPUs that the driver shows; raises Unusable where there is none."""
    try:
        result = subprocess.run(QUERY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        raise Unusable("there is no nvidia-smi here, so NVIDIA's driver is not installed.") from None
    return parse(result.stdout)


def check(found):
    """Raises Unusable where the driver or a GPU is too old for TensorFlow 2.18."""
    for gpu in found:
        if numbers(gpu.driver) < DRIVER:
            raise Unusable(f"the driver is {gpu.driver}, and CUDA 12 needs {'.'.join(map(str, DRIVER))} or newer.")
        if numbers(gpu.capability) and numbers(gpu.capability) < CAPABILITY:
            raise Unusable(f"{gpu.name} has compute capability {gpu.capability}, and TensorFlow needs 6.0 or more.")


def loaded(name):
    """A shared library, or None where the linker does not find it."""
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def cuda_and_cudnn(load=loaded):
    """The versions of CUDA's runtime and of cuDNN, such as ("12.6", "9.5.1").

    Raises Unusable where one of LIBRARIES is missing or cuDNN is too old.
    """
    libraries = {name: load(name) for name in LIBRARIES}
    missing = [name for name, library in libraries.items() if library is None]
    if missing:
        raise Unusable(f"the linker does not find {', '.join(missing)}; docs/gpu.md says what to install.")
    cuda = ctypes.c_int()
    libraries["libcudart.so.12"].cudaRuntimeGetVersion(ctypes.byref(cuda))
    number = libraries["libcudnn.so.9"].cudnnGetVersion()
    cudnn = (number // 10000, number // 100 % 100, number % 100)
    if cudnn[:2] < CUDNN:
        raise Unusable(f"cuDNN is {'.'.join(map(str, cudnn))}, and TensorFlow 2.18 needs 9.3 or a newer 9.x.")
    return f"{cuda.value // 1000}.{cuda.value % 1000 // 10}", ".".join(map(str, cudnn))
