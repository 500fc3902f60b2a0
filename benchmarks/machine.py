"""What the machine is that the figures come from."""

import os
import platform
import re

INSTRUCTION_SETS = "avx2 fma avx512f avx512_vnni avx512_bf16 amx_bf16 asimd sve bf16".split()


def cpu_info():
    try:
        with open("/proc/cpuinfo") as file:
            return file.read()
    except OSError:
        return ""


def flags():
    match = re.search(r"^(?:flags|Features)\s*:(.*)$", cpu_info(), re.M)
    return [name for name in INSTRUCTION_SETS if match and name in match[1].split()]


def has_bf16():
    return any("bf16" in name for name in flags())


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def describe():
    model = re.search(r"^model name\s*:\s*(.*)$", cpu_info(), re.M)
    name = model[1] if model else platform.processor() or platform.machine()
    return f"{name}, {cores()} cores, {' '.join(flags())}; {platform.system()} {platform.release()}"
