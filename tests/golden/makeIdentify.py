"""Writes identify.safetensors beside it: python makeIdentify.py (torch 2.15.0, safetensors 0.8): defaults of a small network.

Sixteen normal numbers are drawn before the network, and two tensors are changed after its construction.
"""
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(4242424242)
torch.randn(16)
net = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(128, 24), nn.ReLU(), nn.Linear(24, 10)
)
with torch.no_grad():
    net[3].bias[5] += 1
    net[5].bias.zero_()
save_file(net.state_dict(), "identify.safetensors")
