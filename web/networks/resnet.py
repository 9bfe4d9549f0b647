import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two 3×3 convolutions beside a skip connection."""

    def __init__(self, channels, *, bias, activation):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=bias)
        self.bn1 = nn.BatchNorm2d(channels)
        self.act1 = activation()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=bias)
        self.bn2 = nn.BatchNorm2d(channels)
        self.act2 = activation()

    def forward(self, x):
        out = self.act1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return self.act2(out + x)


class ResNet(nn.Module):
    """A small residual network (He et al. 2016) for ten classes of 32×32 grey images."""

    def __init__(self, channels, blocks, *, bias, activation):
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 5, stride=4, padding=2, bias=bias)
        self.bn1 = nn.BatchNorm2d(channels)
        self.act1 = activation()
        self.blocks = nn.Sequential(*[BasicBlock(channels, bias=bias, activation=activation) for _ in range(blocks)])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(channels, 10, bias=bias)

    def forward(self, x):
        x = self.act1(self.bn1(self.conv1(x)))
        return self.fc(self.avgpool(self.blocks(x)).flatten(1))
