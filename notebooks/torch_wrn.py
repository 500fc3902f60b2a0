"""The paper's Wide ResNet in PyTorch, written from its authors' Lua and PyTorch code: a reference for the Java network.

It knows nothing of Keras. A module of PyTorch's own stands for each line of the authors' code, the optimizer is
torch.optim.SGD, and weights have the names of WideResNet-pytorch, in .safetensors files.

    python torch_wrn.py draw --model wrn-16-2 --to start
    python torch_wrn.py gradients --model wrn-16-2 --weights start --inputs batch.npz --to result
"""

import argparse
import pathlib
import re
import sys

import numpy as np
import safetensors.torch
import torch
from torch import nn
from torch.nn import functional

# train.lua and the PyTorch code: the channels' statistics in bytes, momentum, and the decay of every parameter.
MEAN, STD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)
MOMENTUM, DECAY = 0.9, 5e-4


class Block(nn.Module):
    """Batch norm, ReLU, 3x3 convolution, twice; what the first ReLU gives is shared with a 1x1 shortcut."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.convShortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if inputs != outputs else None

    def forward(self, x):
        activated = functional.relu(self.bn1(x))
        residual = self.conv2(functional.relu(self.bn2(self.conv1(activated))))
        return residual + (x if self.convShortcut is None else self.convShortcut(activated))


class Group(nn.Module):
    def __init__(self, inputs, outputs, blocks, stride):
        super().__init__()
        first = Block(inputs, outputs, stride)
        self.layer = nn.Sequential(first, *(Block(outputs, outputs, 1) for _ in range(blocks - 1)))

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    """Logits of normalised images [n, 3, 32, 32]."""

    def __init__(self, depth, width, classes):
        super().__init__()
        blocks = (depth - 4) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.block1 = Group(16, 16 * width, blocks, 1)
        self.block2 = Group(16 * width, 32 * width, blocks, 2)
        self.block3 = Group(32 * width, 64 * width, blocks, 2)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.fc = nn.Linear(64 * width, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        x = functional.avg_pool2d(functional.relu(self.bn1(x)), 8)
        return self.fc(x.flatten(1))


def normalised(images):
    """uint8 [n, 32, 32, 3] as the network's input."""
    pixels = torch.tensor(images, dtype=torch.float32).permute(0, 3, 1, 2)
    return (pixels - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def train(model, images, labels, rates, decay=DECAY):
    """A step for each rate on one batch after the other; returns the losses before the steps."""
    optimizer = torch.optim.SGD(model.parameters(), lr=rates[0], momentum=MOMENTUM, nesterov=True, weight_decay=decay)
    model.train()
    losses = []
    for step, rate in enumerate(rates):
        optimizer.param_groups[0]["lr"] = rate
        loss = functional.cross_entropy(model(images[step % len(images)]), labels[step % len(images)])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def norms_of(model):
    return [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]


@torch.no_grad()
def shake(model, pixels):
    """Moves all weights away from where they begin, so that each of them, and epsilon, matters in a comparison.

    Biases of batch norm are then moved a little, so that no value that a ReLU takes in training on these pixels comes
    close to 0: there its slope jumps, and rounding alone would decide whether such a value has a part in the gradients.
    """
    model.train()
    for norm in norms_of(model):
        sign = torch.where(torch.rand_like(norm.weight) < 0.1, -1.0, 1.0)
        norm.weight.copy_(sign * torch.empty_like(norm.weight).uniform_(0.5, 1.5))
        norm.bias.normal_(0, 0.3)
    model.fc.bias.normal_(0, 0.3)
    for weight in model.parameters():
        weight.copy_(weight.half())  # files of such numbers pack well
    shifts = torch.linspace(-0.1, 0.1, 101)[:, None]
    for norm in norms_of(model):
        values = []
        hook = norm.register_forward_hook(lambda module, inputs, output: values.append(output))
        model(pixels)
        hook.remove()
        choices = (norm.bias + shifts).half().float()
        around = values[0].transpose(0, 1).flatten(1)
        nearest = [(around + (choice - norm.bias)[:, None]).abs().amin(1) for choice in choices]
        norm.bias.copy_(choices.gather(0, torch.stack(nearest).argmax(0)[None])[0])
    for _ in range(30):
        model(torch.randn(8, 3, 32, 32))
    for norm in norms_of(model):
        for statistics in (norm.running_mean, norm.running_var):
            statistics.copy_((statistics * torch.empty_like(statistics).uniform_(0.7, 1.4)).half())


# -------------------------------------------------------------------------------------------- command line


def build(options):
    match = re.fullmatch(r"wrn-(\d+)-(\d+)", options.model)
    if not match or int(match[1]) < 10 or (int(match[1]) - 4) % 6 or int(match[2]) < 1:
        raise ValueError(f"--model is '{options.model}': it must be wrn-DEPTH-K with a depth of 6n+4, as in wrn-16-2.")
    torch.manual_seed(options.seed)
    model = WideResNet(int(match[1]), int(match[2]), options.classes)
    if getattr(options, "weights", None):
        weights = safetensors.torch.load_file(pathlib.Path(options.weights) / "weights.safetensors")
        try:
            model.load_state_dict(weights)
        except RuntimeError:
            raise ValueError(f"--weights is '{options.weights}', which holds another network than {options.model}.")
    return model


def read_batches(options):
    """Normalised images and labels, both with a first dimension of batches."""
    path = pathlib.Path(options.inputs)
    if path.is_dir():
        images, labels = (np.load(path / f"{name}.npy") for name in ("images", "labels"))
    else:
        with np.load(path) as arrays:
            images, labels = arrays["images"], arrays["labels"]
    if labels.ndim == 1:
        images, labels = images[None], labels[None]
    return [normalised(batch) for batch in images], torch.tensor(labels, dtype=torch.long)


def state(model):
    """Weights and moving statistics."""
    return {name: value for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}


def write(options, arrays, **states):
    """Writes a folder of .npy and .safetensors files."""
    folder = pathlib.Path(options.to)
    folder.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.asarray(array, np.float32))
    for name, tensors in states.items():
        safetensors.torch.save_file(tensors, folder / f"{name}.safetensors")


def draw(options):
    model = build(options)
    shake(model, read_batches(options)[0][0])
    write(options, {}, weights=state(model))


def forward(options):
    model = build(options).eval()
    with torch.no_grad():
        logits = model(read_batches(options)[0][0])
    write(options, {"logits": logits, "softmax": logits.softmax(1)})


def gradients(options):
    model, (images, labels) = build(options).train(), read_batches(options)
    loss = functional.cross_entropy(model(images[0]), labels[0])
    loss.backward()
    after = state(model)
    tensors = after | {name: weight.grad for name, weight in model.named_parameters()}
    write(options, {"loss": loss.item()}, after=after, gradient=tensors)


def steps(options):
    model, (images, labels) = build(options), read_batches(options)
    losses = train(model, images, labels, options.learning_rates, options.decay)
    write(options, {"losses": losses}, after=state(model))


def numbers(text):
    return [float(number) for number in text.split(",")]


def parser():
    top = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = top.add_subparsers(dest="command", required=True)
    for run, text in (
        (draw, "write weights with which a comparison shows much"),
        (forward, "write logits and softmax in inference"),
        (gradients, "write the loss in training, its gradients, and the moving statistics after it"),
        (steps, "train some steps on given batches, write losses and weights"),
    ):
        made = commands.add_parser(run.__name__, help=text, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        made.set_defaults(run=run)
        for name, value in (("--variant", "paper"), ("--data-format", "channels_last")):
            made.add_argument(name, choices=[value], default=value, help="as keras_wrn has it")
        made.add_argument("--model", default="wrn-16-1", help="wrn-DEPTH-K, with a depth of 6n+4")
        made.add_argument("--classes", type=int, default=10, help="number of classes")
        made.add_argument("--seed", type=int, default=1, help="of weights that are drawn")
        made.add_argument("--inputs", metavar="PATH", required=True, help="'images', 'labels' in .npz or a .npy folder")
        made.add_argument("--to", metavar="PATH", required=True, help="a new folder")
        if run is not draw:
            made.add_argument("--weights", metavar="PATH", required=True, help="the folder that draw wrote")
        if run is steps:
            made.add_argument("--optimizer", choices=["nesterov"], default="nesterov", help="as keras_wrn has it")
            made.add_argument("--decay", type=float, default=DECAY, help="times weight, added to every gradient")
            made.add_argument("--learning-rates", type=numbers, required=True, help="one for every step")
    return top


def main(arguments=None):
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, FileNotFoundError, FileExistsError) as error:
        print(f"torch_wrn: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
