"""Writes recurrent.json: values and gradients of recurrent layers that forward.json lacks, from PyTorch 2.15.0 on the CPU.

pip install torch==2.15.0 && python makeRecurrent.py

Every case seeds the default CPU generator, builds the layer, draws the input and the initial states (if any) by
torch.randn in this order, runs it, and takes the gradient of the sum of output_i * cos(i) over all outputs.
"""
import json, pathlib
import torch
from torch import nn

CASES = [  # layer, input, hidden state, cell state
    ("RNN(3, 4, num_layers=3, bidirectional=True, bias=False, batch_first=True)", [2, 3, 3], [6, 2, 4]),
    ("RNN(3, 4, nonlinearity='relu')", [5, 3], [1, 4]),
    ("RNN(3, 4, batch_first=True)", [5, 3]),
    ("GRU(3, 4, num_layers=2, bidirectional=True)", [5, 3, 3], [4, 3, 4]),
    ("GRU(3, 4, num_layers=2, bias=False, batch_first=True)", [3, 5, 3]),
    ("GRU(3, 4, bidirectional=True)", [6, 3], [2, 4]),
    ("LSTM(3, 5, num_layers=2, bidirectional=True, proj_size=2)", [4, 3, 3], [4, 3, 2], [4, 3, 5]),
    ("LSTM(3, 5, num_layers=2, bidirectional=True, proj_size=2, batch_first=True)", [4, 3]),
    ("LSTM(3, 4, num_layers=2, bias=False, batch_first=True)", [2, 5, 3], [2, 2, 4], [2, 2, 4]),
    ("LSTM(3, 4)", [1, 3], [1, 4], [1, 4]),
    ("LSTM(3, 4, num_layers=2, bidirectional=True, dropout=0.5).eval()", [4, 2, 3]),
    ("RNNCell(3, 4, nonlinearity='relu')", [2, 3], [2, 4]),
    ("RNNCell(3, 4, bias=False)", [3]),
    ("GRUCell(3, 4)", [2, 3], [2, 4]),
    ("GRUCell(3, 4, bias=False)", [3], [4]),
    ("LSTMCell(3, 4)", [2, 3], [2, 4], [2, 4]),
    ("LSTMCell(3, 4, bias=False)", [3], [4], [4]),
]


def numbers(t):
    return {"shape": list(t.shape), "data": [float(f"{x:.8g}") for x in t.detach().double().reshape(-1).tolist()]}


def flat(outputs):
    return [outputs] if isinstance(outputs, torch.Tensor) else [t for o in outputs for t in flat(o)]


def cases():
    for text, *shapes in CASES:
        torch.manual_seed(7)
        layer = eval("nn." + text, {"nn": nn})
        inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]
        x, *states = inputs
        outputs = flat(layer(x, *([tuple(states)] if len(states) == 2 else states)))
        sum((o * torch.cos(torch.arange(o.numel(), dtype=o.dtype).reshape(o.shape))).sum() for o in outputs).backward()
        yield {"layer": text, "repr": repr(layer), "inputs": [numbers(t) for t in inputs], "outputs": [numbers(o) for o in outputs],
               "inputGrads": [numbers(t.grad) for t in inputs], "parameterGrads": {k: numbers(p.grad) for k, p in layer.named_parameters()}}


if __name__ == "__main__":
    torch.set_num_threads(1)
    lines = ",\n".join(json.dumps(case) for case in cases())
    made = json.dumps(f"makeRecurrent.py, torch {torch.__version__}")
    (pathlib.Path(__file__).parent / "recurrent.json").write_text('{"made": ' + made + ', "cases": [\n' + lines + "\n]}\n")
