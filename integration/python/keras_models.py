"""The same four nets for Keras 3 and for Keras 2 (tf_keras): k is either package."""
import numpy as np
import tensorflow as tf

import case

WORDS, STEPS = 20, 7


class Net:
    """model is what is exported; answer gives its logits for the float tensors explained."""

    def __init__(self, model, answer, inputs, explained):
        self.model, self.answer, self.inputs, self.explained = model, answer, inputs, explained


def functional(k, inputs, logits):
    logits = k.layers.Identity(name="logits")(logits)
    return k.Model(inputs, {"logits": logits, "probs": k.layers.Softmax(name="probs")(logits)})


def floats(rng, rows, shapes):
    return {key: rng.standard_normal((rows, *shape)).astype(np.float32) for key, shape in shapes.items()}


def of_floats(k, model, shapes):
    keys = list(shapes)

    def answer(x):
        return model(x[keys[0]] if len(keys) == 1 else [x[key] for key in keys], training=False)["logits"]

    return Net(model, answer, lambda rng, rows: floats(rng, rows, shapes), lambda x: x)


def dense(k):
    x = k.Input((6,), name="x")
    h = k.layers.Dense(16, activation="relu")(x)
    h = k.layers.LayerNormalization()(h)
    h = k.layers.Dense(8, activation="tanh")(h)
    return of_floats(k, functional(k, x, k.layers.Dense(case.CLASSES)(h)), {"x": (6,)})


def conv(k):
    image = k.Input((12, 12, 2), name="image")
    h = k.layers.Conv2D(8, 3, padding="same", use_bias=False)(image)
    h = k.layers.BatchNormalization()(h)
    h = k.layers.ReLU()(h)
    h = k.layers.MaxPooling2D(3, 2)(h)
    h = k.layers.DepthwiseConv2D(3, activation="swish")(h)
    h = k.layers.Conv2D(8, 3, strides=2, activation="elu")(h)
    h = k.layers.GlobalAveragePooling2D()(h)
    return of_floats(k, functional(k, image, k.layers.Dense(case.CLASSES)(h)), {"image": (12, 12, 2)})


def multi(k):
    image, meta = k.Input((8, 8, 1), name="image"), k.Input((4,), name="meta")
    h = k.layers.Flatten()(k.layers.Conv2D(4, 3, activation="relu")(image))
    a, b = k.layers.Dense(6, activation="sigmoid")(h), k.layers.Dense(6)(meta)
    h = k.layers.Concatenate()([k.layers.Multiply()([a, b]), b])
    return of_floats(k, functional(k, [image, meta], k.layers.Dense(case.CLASSES)(h)), {"image": (8, 8, 1), "meta": (4,)})


def text(k):
    ids = k.Input((STEPS,), dtype="int32", name="ids")
    layers = [k.layers.Embedding(WORDS, 5), k.layers.LayerNormalization(), k.layers.LSTM(6), k.layers.Dense(case.CLASSES)]
    h = ids
    for layer in layers:
        h = layer(h)

    def answer(x):
        h = x["ids"]
        for layer in layers[1:]:
            h = layer(h)
        return h

    return Net(functional(k, ids, h), answer,
               lambda rng, rows: {"ids": rng.integers(0, WORDS, (rows, STEPS)).astype(np.int32)},
               lambda x: {"ids": layers[0](tf.constant(x["ids"]))})


NETS = {"dense": dense, "conv": conv, "multi": multi, "text": text}


def export(folder, k, name, save, renamed, about):
    """Builds a net with random weights, has save(model, path) write it, and writes its case.

    renamed lists the names that the signature gives to the inputs, where it does.
    """
    seed = list(NETS).index(name)
    rng = np.random.default_rng(seed)
    net = NETS[name](k)
    for layer in net.model.layers:
        layer.set_weights([case.weight(rng, v.name, tuple(v.shape)) for v in layer.weights])
    x, x0 = net.inputs(rng, case.ROWS), net.inputs(rng, 1)
    save(net.model, folder / "model")
    target, gradient_input = case.tape(net.answer, net.explained(x))
    new = dict(zip(x, renamed or x))
    x, x0, gradient_input = ({new[key]: value for key, value in arrays.items()} for arrays in (x, x0, gradient_input))
    case.write(folder, dict(about, model=name), x, x0, target, gradient_input)
