import torch
import torch.nn.functional as F
from torch import nn


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al. 1998) for ten classes of 32×32 grey images."""

    def __init__(self, *, bias, activation):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, bias=bias)
        self.act1 = activation()
        self.conv2 = nn.Conv2d(6, 16, 5, bias=bias)
        self.act2 = activation()
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=bias)
        self.act3 = activation()
        self.fc2 = nn.Linear(120, 84, bias=bias)
        self.act4 = activation()
        self.fc3 = nn.Linear(84, 10, bias=bias)

    def forward(self, x):
        x = F.max_pool2d(self.act1(self.conv1(x)), 2)
        x = F.max_pool2d(self.act2(self.conv2(x)), 2)
        x = self.act3(self.fc1(x.flatten(1)))
        return self.fc3(self.act4(self.fc2(x)))
