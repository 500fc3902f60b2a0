"""Answers what the Java tests ask of PyTorch: commands of torch_wrn."""

import sys

import parity_answers

try:
    import torch_wrn
except ImportError as error:
    parity_answers.say(missing=str(error))
    sys.exit(3)

if __name__ == "__main__":
    parity_answers.answer_all(torch_wrn.main)
