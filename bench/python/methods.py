"""The methods as a Python user writes them: one tf.function each, traced once for any
number of rows. Every one explains entry 0 of the output "logits".

    method(x, window) -> numpy array, for x of shape [n, ...]
"""

import numpy as np
import tensorflow as tf

STEPS = 50

# Rows of one call of TensorFlow. For integrated gradients alibi's default is 100; the
# tutorial's 32 were never faster.
IG_ROWS = 100
OCCLUSION_ROWS = 64


class SavedModel:
    def __init__(self, folder):
        self.loaded = tf.saved_model.load(folder)
        self.f = self.loaded.signatures["serving_default"]
        (self.key, self.spec), = self.f.structured_input_signature[1].items()
        self.made = {}

    def method(self, name):
        if name not in self.made:
            make = {"forward": self.forward, "grad*input": self.grad_input, "ig": self.ig, "occlusion": self.occlusion}
            if name not in make:
                raise LookupError(f"no Python package computes {name} for a SavedModel")
            self.made[name] = make[name]()
        return self.made[name]

    def score(self, x):
        return self.f(**{self.key: x})["logits"][:, 0]

    def gradient(self, x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = self.score(x)
        return tape.gradient(score, x)

    def forward(self):
        return lambda x, window: self.f(**{self.key: tf.constant(x)})["logits"].numpy()

    def grad_input(self):
        @tf.function(input_signature=[self.spec])
        def grad_input(x):
            return self.gradient(x) * x

        return lambda x, window: grad_input(x).numpy()

    def ig(self):
        """Gauss-Legendre, baseline 0: all steps of as many samples as fit into IG_ROWS."""
        nodes, weights = np.polynomial.legendre.leggauss(STEPS)
        alphas = tf.constant((nodes + 1) / 2, tf.float32)
        weights = tf.constant(weights / 2, tf.float32)

        @tf.function(input_signature=[self.spec])
        def ig(x):
            ones = [1] * (len(x.shape) - 1)
            path = x[:, None] * tf.reshape(alphas, [1, STEPS, *ones])
            g = self.gradient(tf.reshape(path, tf.concat([[-1], tf.shape(x)[1:]], 0)))
            return x * tf.einsum("ns...,s->n...", tf.reshape(g, tf.shape(path)), weights)

        samples = max(1, IG_ROWS // STEPS)
        return lambda x, window: np.concatenate([ig(x[i : i + samples]).numpy() for i in range(0, len(x), samples)])

    def occlusion(self):
        """Windows side by side, baseline 0: as many windows of all samples as fit into
        OCCLUSION_ROWS, one at least."""
        masks_spec = tf.TensorSpec([None, *self.spec.shape[1:]], tf.float32)

        @tf.function(input_signature=[self.spec, masks_spec])
        def hidden(x, masks):
            path = x[:, None] * masks[None]
            score = self.score(tf.reshape(path, tf.concat([[-1], tf.shape(x)[1:]], 0)))
            return tf.reshape(score, tf.shape(path)[:2])

        score = tf.function(self.score, input_signature=[self.spec])
        masks = {}

        def occlusion(x, window):
            shape = tuple(x.shape[1:])
            if window not in masks:
                masks[window] = tiles(shape, window)
            m = masks[window]
            each = max(1, OCCLUSION_ROWS // len(x))
            scores = np.concatenate([hidden(x, m[i : i + each]).numpy() for i in range(0, len(m), each)], axis=1)
            fall = (score(x).numpy()[:, None] - scores) / (1 - m).reshape(len(m), -1).sum(1)
            return np.tensordot(fall, 1 - m, 1)

        return occlusion


def tiles(shape, window):
    """A mask for each tile of a row: 0 inside, 1 outside."""
    sizes = [*window, *shape[len(window) :]]
    grid = [range(0, d, s) for d, s in zip(shape, sizes)]
    masks = []
    for corner in np.stack(np.meshgrid(*grid, indexing="ij"), -1).reshape(-1, len(shape)):
        m = np.ones(shape, np.float32)
        m[tuple(slice(c, c + s) for c, s in zip(corner, sizes))] = 0
        masks.append(m)
    return np.stack(masks)
