import torch
from torch import nn


class MLP(nn.Module):
    """A multilayer perceptron: depth hidden layers, each with its activation, and a linear head."""

    def __init__(self, inputs, width, depth, classes, *, bias, activation):
        super().__init__()
        layers = []
        for i in range(depth):
            layers += [nn.Linear(inputs if i == 0 else width, width, bias=bias), activation()]
        self.layers = nn.Sequential(*layers)
        self.head = nn.Linear(width, classes, bias=bias)

    def forward(self, x):
        return self.head(self.layers(x))
