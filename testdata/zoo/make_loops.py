"""Loops that turn as often as the input says: recurrent layers over sequences of
any length, with masks or without (rnns_k3, rnns_k2), and loops in Python that
AutoGraph makes a While of (loops_tf).

    pip install tensorflow-cpu==2.18.1 keras==3.15.1 tf-keras==2.18.0    # Python 3.11
    python make_loops.py           # next to models/ and golden/

One signature for each; gradients are tf.GradientTape's. Always replace a model
and its golden folder together.
"""
import json
import os
import shutil
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, FEATURES, TOKENS = 3, 3, 6


# Of the nets below, to keep the files small; ALL=1 makes every one.
CHOSEN = {
    "rnns_k3": ["bilstm", "masked_gru_steps"],
    "rnns_k2": ["tokens_plain_gru"],
}
if os.environ.get("ALL"):
    CHOSEN = None


class Ramp:
    """Weights that are the same on every machine."""

    def __init__(self):
        self.rng = np.random.default_rng(7)

    def fill(self, layer):
        layer.set_weights([0.6 * self.rng.standard_normal(w.shape).astype(np.float32) for w in layer.get_weights()])


def nets(layers):
    """name: (kind of input, length or None, layers behind the input)"""
    lstm, gru, rnn, two = layers.LSTM, layers.GRU, layers.SimpleRNN, layers.Bidirectional
    return {
        "lstm": ("x", None, [lstm(4)]),
        "lstm_steps": ("x", None, [lstm(4, return_sequences=True)]),
        "gru": ("x", None, [gru(4)]),
        "rnn_backwards": ("x", None, [rnn(4, go_backwards=True, return_sequences=True)]),
        "bilstm": ("x", None, [two(lstm(3, return_sequences=True))]),
        "masked_lstm": ("x", None, [layers.Masking(0.0), lstm(4)]),
        "masked_gru_steps": ("x", None, [layers.Masking(0.0), gru(4, return_sequences=True)]),
        "masked_gru_5": ("x", 5, [layers.Masking(0.0), gru(4)]),
        "tokens_lstm": ("tokens", None, [layers.Embedding(TOKENS, FEATURES, mask_zero=True), lstm(4)]),
        # Not made for cuDNN, and so without a second copy for it in Keras 2.
        "tokens_plain_gru": ("tokens", None, [layers.Embedding(TOKENS, FEATURES, mask_zero=True), gru(4, reset_after=False)]),
        "tokens_bigru_5": ("tokens", 5, [layers.Embedding(TOKENS, FEATURES, mask_zero=True), two(gru(3))]),
    }


def make(name, tf, keras, writer):
    exported, signatures, suites = [], {}, []
    folder = os.path.join(HERE, "golden", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    rng, ramp = np.random.default_rng(3), Ramp()
    twice = zip(nets(keras.layers).items(), nets(keras.layers).values())
    for (key, (kind, length, chain)), (_, _, reference) in twice:
        if CHOSEN and key not in CHOSEN[name]:
            continue
        steps = length or 4
        if kind == "x":
            x = rng.standard_normal((ROWS, steps, FEATURES)).astype(np.float32)
            if "masked" in key:
                x[0, -1] = x[1, -2:] = x[2, 1] = 0.0
        else:
            x = rng.integers(1, TOKENS, (ROWS, steps)).astype(np.int32)
            x[0, -1] = x[1, -2:] = x[2, 0] = 0
        spec = tf.TensorSpec([None, length] + ([FEATURES] if kind == "x" else []), x.dtype, name=kind)
        answer = endpoint(tf, chain)
        answer.get_concrete_function(spec)  # makes the weights
        run(reference, tf.constant(x))
        for layer, same in zip(chain, reference):
            ramp.fill(layer)
            same.set_weights(layer.get_weights())
        exported.extend(chain)
        signatures[key] = (answer, spec)

        at, mask = tf.constant(x), None
        if kind == "tokens":
            mask, at = reference[0].compute_mask(at), reference[0](at)
            reference = reference[1:]
        explained = "@embedding" if kind == "tokens" else kind
        suites.append(golden(tf, folder, key, {kind: x}, explained, at, lambda at: run(reference, at, mask)))
    target = os.path.join(HERE, "models", name)
    save(tf, keras, exported, signatures, target)
    index(folder, name, writer, "Recurrent layers over sequences of any length, some with masks.", suites)


def golden(tf, folder, key, inputs, explained, at, f):
    """Writes what goes in and comes out, and returns the suite."""
    rng = np.random.default_rng(5)
    with tf.GradientTape() as tape:
        tape.watch(at)
        y = f(at)
        ys = rng.standard_normal(y.shape).astype(np.float32)
        total = tf.reduce_sum(y * ys)
    for file, value in dict(inputs, y=y.numpy(), ys=ys, gradient=tape.gradient(total, at).numpy()).items():
        np.save(os.path.join(folder, f"{key}_{file}.npy"), value)
    return {
        "signature": key, "tag": "serve", "target": "y", "inputs": {name: f"{key}_{name}.npy" for name in inputs},
        "outputs": {"y": {"file": f"{key}_y.npy", "rtol": 1e-4, "atol": 1e-6}},
        "cases": [{
            "method": "gradient", "reference": "tf.GradientTape " + tf.__version__, "params": {}, "ys": f"{key}_ys.npy", "baseline": None,
            "expected": {explained: f"{key}_gradient.npy"}, "rtol": 1e-4, "atol": 1e-6}]}


def index(folder, name, writer, about, suites):
    with open(os.path.join(folder, "golden.json"), "w") as out:
        json.dump({"model": name, "writer": writer, "about": about, "suites": suites}, out, indent=1)
        out.write("\n")


def loops(tf):
    """Functions of x [rows, 3] and of how often to turn."""

    def branches(x, n):
        y = x
        for i in tf.range(n):
            if i % 2 == 0:
                y = tf.sin(y) * x
            else:
                y = tf.nn.relu(y + 0.1)
        return y

    def cases(x, n):
        y = x
        for i in tf.range(n):
            y = tf.switch_case(i, [lambda: y * y, lambda: tf.exp(0.3 * y), lambda: tf.concat([y[:, 1:], y[:, :1]], 1)])
        return y

    def nested(x, n):
        y = x
        for i in tf.range(n):
            for j in tf.range(i):
                y = tf.tanh(y) + tf.cast(j, tf.float32) * x
            y = y * x
        return y

    def each_row(x, n):
        return tf.map_fn(lambda row: row * tf.tanh(tf.reduce_sum(row)) + tf.cast(n, tf.float32), x)

    def scanned(x, n):
        states = tf.scan(lambda state, i: 0.5 * state * x + tf.cast(i, tf.float32), tf.range(n), initializer=tf.ones_like(x))
        return tf.transpose(states, [1, 0, 2])

    def collected(x, n):
        steps, y = tf.TensorArray(tf.float32, size=0, dynamic_size=True, element_shape=[None, 3]), x
        for i in tf.range(n):
            y = y * tf.sigmoid(x)
            steps = steps.write(i, y)
        return tf.reduce_sum(steps.stack(), 0) + tf.cast(steps.size(), tf.float32) * x

    return {"branches": branches, "cases": cases, "nested": nested, "each_row": each_row, "scanned": scanned, "collected": collected}


def make_loops(tf, name):
    folder = os.path.join(HERE, "golden", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    x = np.random.default_rng(11).standard_normal((ROWS, FEATURES)).astype(np.float32)
    signatures, suites = {}, []
    for key, f in loops(tf).items():
        spec = [tf.TensorSpec([None, FEATURES], tf.float32, name="x"), tf.TensorSpec([], tf.int32, name="n")]
        compiled = tf.function(f, input_signature=spec)
        signatures[key] = named(tf, f, spec)
        n = np.int32(4)
        suites.append(golden(tf, folder, key, {"x": x, "n": n}, "x", tf.constant(x), lambda at: compiled(at, n)))
    tf.saved_model.save(tf.Module(), os.path.join(HERE, "models", name), signatures=signatures)
    index(folder, name, "TensorFlow " + tf.__version__, "While loops whose count is an input, with conditionals, loops and lists in them.", suites)


def named(tf, f, spec):
    compiled = tf.function(f)
    return tf.function(lambda x, n: {"y": compiled(x, n)}).get_concrete_function(*spec)


def endpoint(tf, chain):
    return tf.function(lambda x: {"y": run(chain, x)})


def save(tf, keras, layers, signatures, target):
    shutil.rmtree(target, ignore_errors=True)
    if keras.__version__.startswith("2"):
        module = tf.Module()
        module.all = [v for layer in layers for v in layer.variables]  # the layers themselves would bring their training functions
        tf.saved_model.save(module, target, signatures={k: f.get_concrete_function(spec) for k, (f, spec) in signatures.items()})
        return
    archive = keras.export.ExportArchive()
    for layer in layers:
        archive.track(layer)
    for key, (f, spec) in signatures.items():
        archive.add_endpoint(key, f, [spec])
    archive.write_out(target, verbose=False)


def run(chain, h, mask=None):
    """Calls layers one after the other and hands the mask on, as a model does."""
    for layer in chain:
        takes = layer.__class__.__name__ in ("LSTM", "GRU", "SimpleRNN", "Bidirectional")
        out = layer(h, mask=mask) if takes else layer(h)
        mask = layer.compute_mask(h, mask)
        h = out
    return h


if __name__ == "__main__":
    if len(sys.argv) < 2:  # each Keras in a process of its own
        for which in ("k3", "k2", "tf"):
            os.system(f"{sys.executable} {__file__} {which}")
    elif sys.argv[1] == "tf":
        import tensorflow as tf

        make_loops(tf, "loops_tf")
    else:
        os.environ["TF_USE_LEGACY_KERAS"] = "1" if sys.argv[1] == "k2" else "0"
        import tensorflow as tf

        if sys.argv[1] == "k2":
            import tf_keras as keras
        else:
            import keras
        make("rnns_" + sys.argv[1], tf, keras, f"Keras {keras.__version__} on TensorFlow {tf.__version__}")
