"""What docs/scaling/model.py predicts, asked through NETWORKS, A100, NETWORK_100G and images_per_second of it alone."""

import importlib.util
import pathlib
import sys

MODEL = pathlib.Path(__file__).parents[1] / "docs/scaling/model.py"
MACHINE = "an A100 in TF32"  # the GPU and the format that it is made for


def load():
    specification = importlib.util.spec_from_file_location("scaling_model", MODEL)
    module = importlib.util.module_from_spec(specification)
    sys.modules["scaling_model"] = module  # its data classes look themselves up there
    specification.loader.exec_module(module)
    return module


def images_per_second(network, gpus, images, number_format):
    """Images a second of so many GPUs in one process, with so many images for each; 0 where it predicts nothing."""
    model = load()
    known = {one.name.lower(): one for one in model.NETWORKS}
    if number_format != "TF32" or network not in known:
        return 0
    return model.images_per_second(known[network], model.A100, gpus, images, model.NETWORK_100G)
