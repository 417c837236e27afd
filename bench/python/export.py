"""Writes the models that bench measures, besides the digit model of testdata.

    python export.py FOLDER ../../testdata/digits/model

FOLDER/NAME/model is a SavedModel with one float32 input [n, ...] and the output "logits"
float32 [n, 10]; FOLDER/NAME/model.keras is the same net for shap, which takes no
SavedModel. The digit model is built again from its saved weights for that purpose only.
FOLDER/versions.json, the last file, says what wrote them.

Weights are random with fixed seeds. Kernels keep the size of what passes (He et al.
2015, arXiv:1502.01852) and batch normalizations have the statistics of a batch, so that
no layer is dead.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
CLASSES = 10
SEED = 1
# Rows whose statistics the batch normalizations take over.
STATISTICS_ROWS = 16


def mlp():
    x = keras.Input((784,), name="pixels")
    h = L.Dense(512, activation="relu")(x)
    h = L.Dense(512, activation="relu")(h)
    return x, h


def resnet():
    """ResNet-18 (He et al. 2016, arXiv:1512.03385, table 1) for 64x64 pixels."""

    def conv(h, filters, size, stride):
        h = L.Conv2D(filters, size, stride, padding="same", use_bias=False)(h)
        return L.BatchNormalization()(h)

    def block(h, filters, stride):
        short = h
        if stride != 1 or h.shape[-1] != filters:
            short = conv(h, filters, 1, stride)
        h = L.ReLU()(conv(h, filters, 3, stride))
        return L.ReLU()(L.Add()([conv(h, filters, 3, 1), short]))

    x = keras.Input((64, 64, 3), name="image")
    h = L.ReLU()(conv(x, 64, 7, 2))
    h = L.MaxPooling2D(3, 2, padding="same")(h)
    for filters, stride in (64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1):
        h = block(h, filters, stride)
    return x, L.GlobalAveragePooling2D()(h)


def transformer():
    x = keras.Input((32, 64), name="embedding")
    h = x
    for _ in range(2):
        n = L.LayerNormalization()(h)
        h = L.Add()([h, L.MultiHeadAttention(4, 16)(n, n)])
        n = L.LayerNormalization()(h)
        n = L.Dense(256, activation="gelu")(n)
        h = L.Add()([h, L.Dense(64)(n)])
    return x, L.GlobalAveragePooling1D()(L.LayerNormalization()(h))


def lstm():
    x = keras.Input((32, 64), name="sequence")
    return x, L.LSTM(64)(x)


def digits():
    """The net of testdata/digits/train.py."""
    x = keras.Input((28, 28, 1), name="image")
    h = L.Conv2D(8, 3, activation="relu")(x)
    h = L.Conv2D(16, 3, activation="relu")(h)
    h = L.MaxPooling2D(2)(h)
    return x, L.Dense(48, activation="relu")(L.Flatten()(h))


def finished(net):
    x, h = net()
    return keras.Model(x, {"logits": L.Dense(CLASSES, name="logits")(h)})


def randomize(model, rng):
    norms = [layer for layer in model.layers if isinstance(layer, L.BatchNormalization)]
    for v in model.weights:
        if v.name == "gamma":
            v.assign(rng.uniform(0.5, 1.5, v.shape))
        elif v.name in ("bias", "beta"):
            v.assign(0.1 * rng.standard_normal(v.shape))
        elif v.name in ("kernel", "recurrent_kernel"):
            v.assign(rng.standard_normal(v.shape) * np.sqrt(2 / np.prod(v.shape[:-1])))
    for layer in norms:
        layer.momentum = 0.0
    model(tf.constant(rng.uniform(size=(STATISTICS_ROWS, *model.inputs[0].shape[1:])), tf.float32), training=True)
    for layer in norms:
        layer.momentum = 0.99


def main(out, saved_digits):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for net in mlp, resnet, transformer, lstm:
        keras.utils.set_random_seed(SEED)
        model = finished(net)
        randomize(model, np.random.default_rng(SEED))
        folder = out / net.__name__
        model.export(folder / "model", verbose=False)
        model.save(folder / "model.keras")
        print(folder, flush=True)

    model = finished(digits)
    saved = tf.saved_model.load(saved_digits)
    by_shape = {tuple(v.shape): v.numpy() for v in saved.variables}  # no two are alike
    for w in model.weights:
        w.assign(by_shape[tuple(w.shape)])
    x = tf.constant(np.random.default_rng(SEED).uniform(size=(4, 28, 28, 1)), tf.float32)
    want = saved.signatures["serving_default"](image=x)["logits"]
    np.testing.assert_allclose(model(x)["logits"], want, rtol=1e-4, atol=1e-4)
    (out / "digits").mkdir(exist_ok=True)
    model.save(out / "digits" / "model.keras")

    versions = {"tensorflow": tf.__version__, "keras": keras.__version__}
    (out / "versions.json").write_text(json.dumps(versions) + "\n")


main(*sys.argv[1:])
