"""Writes what PyTorch says of WRN-10-1 into the Java tests' resources, where `mvn verify` compares with it.

    pip install -r requirements-torch.txt
    python make_torch_golden.py
"""

import copy
import gzip
import pathlib

import numpy as np
import safetensors.torch
import torch
from torch.nn import functional

import torch_wrn

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "wrn-train/src/test/resources/golden"
SEED = 1
WHOLE = 600  # of a tensor of more values only samples are stored; the other places hold NaN
SAMPLES = 256
STEPS = {
    "gentle": {"rates": 10 * [3e-4] + 10 * [6e-5], "decay": 0.2},
    "paper": {"rates": 10 * [0.1] + 10 * [0.02], "decay": torch_wrn.DECAY},
}


def sampled(tensor, random):
    chosen = torch.full_like(tensor, torch.nan).flatten()
    count = tensor.numel() if tensor.numel() <= WHOLE else SAMPLES
    places = torch.tensor(random.choice(tensor.numel(), count, replace=False))
    chosen[places] = tensor.flatten()[places]
    return chosen.view(tensor.shape)


def norms(tensors):
    return np.array([tensor.double().norm().item() for tensor in tensors.values()], np.float32)


def write(name, tensors):
    with open(GOLDEN / f"torch/{name}.safetensors.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(safetensors.torch.save({key: tensor.contiguous() for key, tensor in tensors.items()}))


def write_all():
    (GOLDEN / "torch").mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    with np.load(GOLDEN / "batch.npz") as batch:
        pixels = torch_wrn.normalised(batch["images"])
        labels = torch.tensor(batch["labels"], dtype=torch.long)
    torch.manual_seed(SEED)
    start = torch_wrn.WideResNet(10, 1, 10)
    torch_wrn.shake(start, pixels)
    write("weights", torch_wrn.state(start))
    numbers = {"logits": copy.deepcopy(start).eval()(pixels).detach().numpy()}

    model = copy.deepcopy(start).train()
    loss = functional.cross_entropy(model(pixels), labels)
    loss.backward()
    numbers["loss"] = np.float32(loss.item())
    gradients = torch_wrn.state(model) | {name: weight.grad for name, weight in model.named_parameters()}
    numbers["gradients.norms"] = norms(gradients)
    write("gradients", {name: sampled(tensor, random) for name, tensor in gradients.items()})

    for name, values in STEPS.items():
        model = copy.deepcopy(start)
        losses = torch_wrn.train(model, [pixels], [labels], values["rates"], values["decay"])
        numbers |= {f"{name}.{key}": np.array(value, np.float32) for key, value in values.items()}
        numbers[f"{name}.losses"] = np.array(losses, np.float32)
        if name == "gentle":
            numbers["after.norms"] = norms(torch_wrn.state(model))
            write("after", {key: sampled(tensor, random) for key, tensor in torch_wrn.state(model).items()})
    np.savez_compressed(GOLDEN / "torch/numbers.npz", **numbers)


if __name__ == "__main__":
    write_all()
