"""Prints the SHA-256 of PyTorch's standard normals over all 2^24 values of each uniform: python sweepBoxMuller.py

States are made whose next words are the wanted ones (their tempering undone), 608 at a time.
"""
import hashlib
import numpy as np
import torch

torch.set_num_threads(1)


def untemper(word):
    y = word.astype(np.uint64)
    y ^= y >> np.uint64(18)
    y ^= (y << np.uint64(15)) & np.uint64(0xEFC60000)
    x = y.copy()
    for _ in range(5):
        x = y ^ ((x << np.uint64(7)) & np.uint64(0x9D2C5680))
    y, x = x.copy(), x
    for _ in range(3):
        x = y ^ (x >> np.uint64(11))
    return x & np.uint64(0xFFFFFFFF)


def sweep(name, u1, u2):
    state = torch.manual_seed(0).get_state().numpy().copy()
    state[8:12].view(np.int32)[0] = 624  # left
    state[16:24].view(np.uint64)[0] = 1  # next
    words = np.stack([u1.reshape(-1, 8), u2.reshape(-1, 8)], axis=1).reshape(-1)
    words, out, digest = untemper(words), torch.empty(608), hashlib.sha256()
    for i in range(0, len(words), 608):
        part = words[i:i + 608]
        state[24:24 + 4992].view(np.uint64)[1:1 + len(part)] = part
        torch.set_rng_state(torch.from_numpy(state))
        digest.update(out[:len(part)].normal_().numpy().tobytes())
    print(name, digest.hexdigest())


every = np.arange(2**24, dtype=np.uint32)
sweep("radius", every, np.zeros_like(every))
sweep("sine and cosine", np.full_like(every, 0xFFFFFF), every)
