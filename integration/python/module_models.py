"""Models written against TensorFlow itself: tf.Module and tf.saved_model.save."""
import numpy as np
import tensorflow as tf

import case

VOCABULARY = "the film plot was is not never good great bad awful".split()
STEPS, WIDTH = 5, 4


class Weights(tf.Module):
    def __init__(self, rng, **shapes):
        super().__init__()
        for name, shape in shapes.items():
            kernel = len(shape) > 1
            setattr(self, name, tf.Variable(case.weight(rng, "kernel" if kernel else "bias", shape)))


class Attention(Weights):
    """One head of self-attention, erf GELU, and the mean over the steps."""

    def __init__(self, rng):
        super().__init__(rng, q=(WIDTH, WIDTH), k=(WIDTH, WIDTH), v=(WIDTH, WIDTH), w=(WIDTH, case.CLASSES), b=(case.CLASSES,))

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS, WIDTH], tf.float32, "x")])
    def serve(self, x):
        q, k, v = (tf.einsum("nsd,de->nse", x, w) for w in (self.q, self.k, self.v))
        share = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / WIDTH**0.5)
        h = tf.reduce_mean(tf.nn.gelu(tf.matmul(share, v)), 1)
        return {"logits": tf.matmul(h, self.w) + self.b}


class Recurrent(Weights):
    """A tf.while_loop that carries a state over the steps."""

    def __init__(self, rng):
        super().__init__(rng, u=(WIDTH, WIDTH), r=(WIDTH, WIDTH), w=(WIDTH, case.CLASSES), b=(case.CLASSES,))

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS, WIDTH], tf.float32, "x")])
    def serve(self, x):
        h = tf.zeros_like(x[:, 0])
        for i in tf.range(STEPS):
            h = tf.tanh(tf.matmul(x[:, i], self.u) + tf.matmul(h, self.r))
        return {"logits": tf.matmul(h, self.w) + self.b}


class Words(Weights):
    """Strings through a table to an embedding, a convolution, and the largest answer."""

    def __init__(self, rng):
        super().__init__(rng, table=(len(VOCABULARY) + 1, 6), filters=(3, 6, 8), bias=(8,), w=(8, case.CLASSES), b=(case.CLASSES,))
        ids = tf.lookup.KeyValueTensorInitializer(VOCABULARY, list(range(1, len(VOCABULARY) + 1)), tf.string, tf.int64)
        self.index = tf.lookup.StaticHashTable(ids, 0)

    def judge(self, e):
        h = tf.nn.relu(tf.nn.conv1d(e, self.filters, 1, "SAME") + self.bias)
        return {"logits": tf.matmul(tf.reduce_max(h, 1), self.w) + self.b}

    def embed(self, text):
        return tf.nn.embedding_lookup(self.table, self.index.lookup(text))

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS], tf.string, "text")])
    def serve(self, text):
        return self.judge(self.embed(text))


MODELS = {"attention": Attention, "loop": Recurrent, "words": Words}


def export(folder, name, about):
    """Writes a module under a signature of its own beside serving_default."""
    rng = np.random.default_rng(list(MODELS).index(name))
    module = MODELS[name](rng)
    tf.saved_model.save(module, str(folder / "model"), signatures={"judge": module.serve, "serving_default": module.serve})
    about = dict(about, model=name, signature="judge")
    if name == "words":
        x = {"text": rng.choice(VOCABULARY + [""], (case.ROWS, STEPS)).tolist()}
        e = {"text": module.embed(tf.constant(x["text"]))}
        case.write(folder, about, x, {"text": [[""] * STEPS]}, *case.tape(lambda e: module.judge(e["text"])["logits"], e))
        return
    x, x0 = ({"x": rng.standard_normal((rows, STEPS, WIDTH)).astype(np.float32)} for rows in (case.ROWS, 1))
    case.write(folder, about, x, x0, *case.tape(lambda x: module.serve(x["x"])["logits"], x))
