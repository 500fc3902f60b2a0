"""A Wide ResNet's training step in PyTorch, as a PyTorch user would write it for a CPU or a GPU, and SGEMM."""

import argparse
import json

import torch
from torch import nn
from torch.nn import functional

import measure


class Block(nn.Module):
    """Pre-activated, two 3x3 convolutions; where shapes change the shortcut is a 1x1 convolution of what was activated."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        changes = inputs != outputs or stride != 1
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if changes else None

    def forward(self, x):
        activated = functional.relu(self.norm1(x))
        residual = self.conv2(functional.relu(self.norm2(self.conv1(activated))))
        return residual + (x if self.shortcut is None else self.shortcut(activated))


class WideResNet(nn.Sequential):
    def __init__(self, depth, k, classes=10):
        parts = [nn.Conv2d(3, 16, 3, padding=1, bias=False)]
        width = 16
        for base, stride in ((16, 1), (32, 2), (64, 2)):
            for i in range((depth - 4) // 6):
                parts.append(Block(width, base * k, stride if i == 0 else 1))
                width = base * k
        parts += [nn.BatchNorm2d(width), nn.ReLU(), nn.AvgPool2d(8), nn.Flatten(), nn.Linear(width, classes)]
        super().__init__(*parts)


def training_step(options):
    torch.manual_seed(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = options.precision == "tf32"
    depth, k = map(int, options.model.lower().split("-")[1:])
    model = WideResNet(depth, k).to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.1, 0.9, nesterov=True, weight_decay=5e-4, fused=True)
    images = torch.randn(options.batch_size, 3, 32, 32).to(device, memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (options.batch_size,)).to(device)
    forward = torch.compile(model) if options.compile else model
    half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(options.precision)
    scaler = torch.amp.GradScaler(device, enabled=half == torch.float16)

    def step():
        with torch.autocast(device, half, enabled=half is not None):
            logits = forward(images)
        loss = functional.cross_entropy(logits.float(), labels)
        optimizer.zero_grad(set_to_none=True)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        return loss.item()

    return step


def train(options):
    measure.report(training_step(options), options)


def sgemm(options):
    a, b = torch.randn(2048, 2048), torch.randn(2048, 2048)
    print(json.dumps({"gflops": measure.gflops(2 * 2048**3, lambda: torch.mm(a, b))}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    works = parser.add_subparsers(required=True)
    work = works.add_parser("train")
    measure.add_options(work)
    work.add_argument("--compile", action="store_true", help="torch.compile, with inductor")
    work.set_defaults(run=train)
    works.add_parser("sgemm").set_defaults(run=sgemm)
    arguments = parser.parse_args()
    arguments.run(arguments)
