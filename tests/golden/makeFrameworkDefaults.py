"""Writes frameworkDefaults.json beside it: KERAS_BACKEND=torch python makeFrameworkDefaults.py (keras 3.15.1, flax 0.12.8, jax 0.10.2).

What Keras and Flax fill their layers with unless asked otherwise: mean, standard deviation, least and largest element of every
weight. "layer" is our construction of the same layer, "part" which of our parameters the weight belongs to."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "torch")
import flax, flax.linen as linen, jax, jax.numpy as jnp, keras, numpy as np

def moments(values):
    v = np.asarray(values, dtype=np.float64)
    return {"mean": v.mean(), "std": v.std(), "min": v.min(), "max": v.max()}

def orthonormal(matrix):
    """Whether the vectors of the shorter side are."""
    m = np.asarray(matrix, dtype=np.float64)
    m = m if m.shape[0] <= m.shape[1] else m.T
    return bool(np.abs(m @ m.T - np.eye(m.shape[0])).max() < 1e-5)

def array(weight):
    return keras.ops.convert_to_numpy(weight)

def row(preset, layer, part, values, **more):
    return {"preset": preset, "layer": layer, "part": part, "moments": moments(values), **more}

def keras_cases():
    keras.utils.set_random_seed(0)
    L, name = keras.layers, "kerasDefaults"
    def built(layer, *shape):
        layer.build(*shape) if len(shape) > 1 else layer.build(shape[0])
        return layer
    dense = built(L.Dense(300), (None, 200))
    yield row(name, ["Linear", 200, 300], "weight", array(dense.kernel))
    yield row(name, ["Linear", 200, 300], "bias", array(dense.bias))
    conv = built(L.Conv2D(64, 3), (None, 9, 9, 32))
    yield row(name, ["Conv2d", 32, 64, 3], "weight", array(conv.kernel))
    depthwise = built(L.DepthwiseConv2D(5), (None, 9, 9, 400))
    yield row(name, ["Conv2d", 400, 400, 5, {"groups": 400}], "weight", array(depthwise.kernel))
    up = built(L.Conv2DTranspose(16, 4), (None, 9, 9, 64))
    yield row(name, ["ConvTranspose2d", 64, 16, 4], "weight", array(up.kernel))
    table = built(L.Embedding(500, 40), (None, 3))
    yield row(name, ["Embedding", 500, 40], "weight", array(table.embeddings))
    lstm = built(L.LSTM(48), (None, 5, 96))
    yield row(name, ["LSTM", 96, 48], "weight_ih_l0", array(lstm.cell.kernel))
    yield row(name, ["LSTM", 96, 48], "weight_hh_l0", array(lstm.cell.recurrent_kernel), orthonormal=orthonormal(array(lstm.cell.recurrent_kernel)))
    yield row(name, ["LSTM", 96, 48], "bias_ih_l0", array(lstm.cell.bias))
    gru = built(L.GRU(48), (None, 5, 96))
    yield row(name, ["GRU", 96, 48], "weight_ih_l0", array(gru.cell.kernel))
    yield row(name, ["GRU", 96, 48], "bias_ih_l0", array(gru.cell.bias))
    attention = built(L.MultiHeadAttention(4, 24), (None, 5, 96), (None, 5, 96))
    packed = np.concatenate([array(d.kernel).ravel() for d in (attention._query_dense, attention._key_dense, attention._value_dense)])
    yield row(name, ["MultiheadAttention", 96, 4], "in_proj_weight", packed)
    yield row(name, ["MultiheadAttention", 96, 4], "out_proj.weight", array(attention._output_dense.kernel))
    yield row(name, ["PReLU", 7], "weight", array(built(L.PReLU(shared_axes=[1]), (None, 3, 7)).alpha))
    yield row(name, ["BatchNorm1d", 7], "weight", array(built(L.BatchNormalization(), (None, 7)).gamma))

def flax_cases():
    name, key = "flaxDefaults", jax.random.PRNGKey(0)
    def init(module, *inputs):
        return module.init(key, *inputs)["params"]
    x = jnp.zeros((1, 200))
    dense = init(linen.Dense(300), x)
    yield row(name, ["Linear", 200, 300], "weight", dense["kernel"])
    yield row(name, ["Linear", 200, 300], "bias", dense["bias"])
    yield row(name, ["Conv2d", 32, 64, 3], "weight", init(linen.Conv(64, (3, 3)), jnp.zeros((1, 9, 9, 32)))["kernel"])
    depthwise = init(linen.Conv(400, (5, 5), feature_group_count=400), jnp.zeros((1, 9, 9, 400)))
    yield row(name, ["Conv2d", 400, 400, 5, {"groups": 400}], "weight", depthwise["kernel"])
    up = init(linen.ConvTranspose(16, (4, 4)), jnp.zeros((1, 9, 9, 64)))
    yield row(name, ["ConvTranspose2d", 64, 16, 4], "weight", up["kernel"])
    table = init(linen.Embed(500, 40), jnp.zeros((1,), int))
    yield row(name, ["Embedding", 500, 40], "weight", table["embedding"])
    for kind, ours, gates in [(linen.OptimizedLSTMCell, "LSTMCell", "ifgo"), (linen.GRUCell, "GRUCell", "rzn")]:
        cell = kind(48)
        params = init(cell, cell.initialize_carry(key, (1, 96)), jnp.zeros((1, 96)))
        into = np.concatenate([np.asarray(params[f"i{g}"]["kernel"]) for g in gates])
        own = [np.asarray(params[f"h{g}"]["kernel"]) for g in gates]
        yield row(name, [ours, 96, 48], "weight_ih", into)
        yield row(name, [ours, 96, 48], "weight_hh", np.concatenate(own), orthonormal=all(map(orthonormal, own)))
        yield row(name, [ours, 96, 48], "bias_hh", np.concatenate([np.asarray(params[f"h{g}"].get("bias", np.zeros(48))) for g in gates]))
    attention = init(linen.MultiHeadDotProductAttention(4), jnp.zeros((1, 5, 96)), jnp.zeros((1, 5, 96)))
    packed = np.concatenate([np.asarray(attention[n]["kernel"]).ravel() for n in ("query", "key", "value")])
    yield row(name, ["MultiheadAttention", 96, 4], "in_proj_weight", packed)
    yield row(name, ["MultiheadAttention", 96, 4], "out_proj.weight", attention["out"]["kernel"])
    yield row(name, ["PReLU", 7], "weight", init(linen.PReLU(), x)["negative_slope"])
    yield row(name, ["LayerNorm", 7], "weight", init(linen.LayerNorm(), jnp.zeros((1, 7)))["scale"])

if __name__ == "__main__":
    cases = [*keras_cases(), *flax_cases()]
    made = {"keras": keras.__version__, "flax": flax.__version__, "jax": jax.__version__}
    with open("frameworkDefaults.json", "w") as f:
        f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
