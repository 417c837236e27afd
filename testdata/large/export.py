"""Writes the architectures of keras.applications as SavedModels, with what they answer.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python export.py FOLDER [NAME...]

"make zoo-large" does that and then runs bench/large. Every net is built twice, by
Keras 3 (model.export) and by tf_keras (model.save). FOLDER/NAME_k3 and
FOLDER/NAME_k2 then hold

    model/        SavedModel: input "image" float32 [n, size, size, 3],
                  outputs "logits" and "probs" float32 [n, 10]
    x.npy         input rows, uniform
    x0.npy        another sample, one row, to be compared with
    logits.npy    what the net answers to x
    probs.npy     its softmax
    gradient.npy  tf.GradientTape's gradient of the logits of CLASS

and FOLDER/versions.json, the last file, what wrote them.

The weights are random, but such that no layer is dead or without effect: kernels keep
the size of what passes (He et al. 2015, arXiv:1502.01852), the statistics of batch
normalization are those of a batch, as training would leave them, and then, like
its scales, offsets and all biases, moved at random.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # a GPU may round products to 10 bits (TF32)
os.environ["KERAS_BACKEND"] = "tensorflow"

import json
import pathlib
import shutil
import sys

import keras
import numpy as np
import tensorflow as tf
import tf_keras

CLASSES = 10
CLASS = 3
ROWS = 3
# Rows whose statistics the batch normalizations take over: enough that no channel is
# constant where a map is 2x2.
STATISTICS_ROWS = 16

# Name, edge of the input in pixels (each net has a smallest), largest input value
# (some nets scale 0..255 themselves).
NETS = [
    ("ResNet50", 64, 1),
    ("MobileNetV2", 64, 1),
    ("MobileNetV3Small", 64, 255),
    ("EfficientNetB0", 64, 255),
    ("DenseNet121", 64, 1),
    ("InceptionV3", 96, 1),
    ("Xception", 80, 1),
    ("NASNetMobile", 64, 1),
    ("ConvNeXtTiny", 64, 255),
]


def build(library, name, size):
    net = getattr(library.applications, name)(
        input_shape=(size, size, 3), weights=None, classes=CLASSES, classifier_activation=None)
    image = library.Input((size, size, 3), name="image")
    logits = library.layers.Identity(name="logits")(net(image))
    probs = library.layers.Softmax(name="probs")(logits)
    return library.Model(image, {"logits": logits, "probs": probs})


def leaves(layer):
    """The layers that have weights of their own."""
    inner = getattr(layer, "layers", None)
    return [leaf for each in inner for leaf in leaves(each)] if inner else [layer]


def randomize(model, rng, size, largest):
    norms = []
    for layer in leaves(model):
        if type(layer).__name__ == "BatchNormalization":
            norms.append(layer)
        if type(layer).__name__ != "Normalization":
            layer.set_weights([random_weight(rng, layer, v) for v in layer.weights])
    momentum = [layer.momentum for layer in norms]
    for layer in norms:
        layer.momentum = 0.0
    model(tf.constant(images(rng, STATISTICS_ROWS, size, largest)), training=True)
    for layer, m in zip(norms, momentum):
        layer.momentum = m
        mean, variance = layer.moving_mean.numpy(), layer.moving_variance.numpy()
        layer.moving_mean.assign(mean + 0.1 * np.sqrt(variance) * rng.standard_normal(mean.shape))
        layer.moving_variance.assign(variance * rng.uniform(0.8, 1.25, variance.shape) + 1e-3)


def random_weight(rng, layer, variable):
    """A new value for a weight, by its role."""
    shape = tuple(variable.shape)
    role = variable.name.split("/")[-1].split(":")[0]
    if role == "gamma" or type(layer).__name__ == "LayerScale":
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)
    if role.endswith("kernel"):
        # A depthwise kernel [h, w, channels, 1] sums over the window only.
        inputs = np.prod(shape[:2] if "depthwise" in role else shape[:-1])
        return (rng.standard_normal(shape) * np.sqrt(2 / inputs)).astype(np.float32)
    if role in ("bias", "beta"):
        return (0.1 * rng.standard_normal(shape)).astype(np.float32)
    if role in ("moving_mean", "moving_variance"):
        return np.asarray(variable)
    raise ValueError(f"{variable.name}: a weight of no known role")


def images(rng, rows, size, largest):
    """Random pictures whose rows differ in brightness and color, as photographs do."""
    light = rng.uniform(0.3, 1, (rows, 1, 1, 3))
    return (largest * light * rng.uniform(0, 1, (rows, size, size, 3))).astype(np.float32)


def write(folder, library, name, size, largest):
    seed = [n for n, _, _ in NETS].index(name)
    library.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build(library, name, size)
    randomize(model, rng, size, largest)
    x = tf.constant(images(rng, ROWS, size, largest))
    x0 = images(rng, 1, size, largest)
    with tf.GradientTape() as tape:
        tape.watch(x)
        answer = model(x, training=False)
        one = answer["logits"][:, CLASS]
    gradient = tape.gradient(one, x).numpy()
    logits = answer["logits"].numpy()
    if not np.isfinite(gradient).all() or not np.abs(gradient).max() > 0 or not logits.std(axis=0).min() > 1e-3:
        raise ValueError(f"{name}: the net does not depend on its input: {logits}")

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if library is keras:
        model.export(folder / "model", verbose=False)
    else:
        model.save(folder / "model", include_optimizer=False)
    arrays = {"x": x.numpy(), "x0": x0, "logits": logits, "probs": answer["probs"].numpy(), "gradient": gradient}
    for file, value in arrays.items():
        np.save(folder / f"{file}.npy", value)


def main(out, *only):
    out = pathlib.Path(out)
    for name, size, largest in NETS:
        for library, suffix in (keras, "k3"), (tf_keras, "k2"):
            if only and name not in only:
                continue
            folder = out / f"{name}_{suffix}"
            write(folder, library, name, size, largest)
            library.backend.clear_session()
            print(folder, flush=True)
    versions = {"tensorflow": tf.__version__, "keras": keras.__version__, "tf_keras": tf_keras.__version__}
    (out / "versions.json").write_text(json.dumps(versions) + "\n")


main(*sys.argv[1:])
