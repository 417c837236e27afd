"""One exported model and what TensorFlow itself says about it."""
import json
import re

import numpy as np
import tensorflow as tf

ROWS = 4
CLASSES = 3
CLASS = 1  # whose logit is explained


def weight(rng, name, shape):
    """A value for a weight, by the last part of its name: no layer is dead or trivial."""
    role = name.split("/")[-1].split(":")[0]
    if role in ("gamma", "moving_variance"):
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)
    if role in ("bias", "beta", "moving_mean"):
        return (0.1 * rng.standard_normal(shape)).astype(np.float32)
    if "kernel" in role or role == "embeddings":
        # Kernels keep the size of what passes (He et al. 2015, arXiv:1502.01852).
        inputs = 1 if role == "embeddings" else np.prod(shape[:2] if "depthwise" in role else shape[:-1])
        return (rng.standard_normal(shape) * np.sqrt(2 / inputs)).astype(np.float32)
    raise ValueError(f"{name}: a weight of no known role")


def tape(answer, x):
    """The explained logit of every row and gradient times x, by tf.GradientTape.

    answer takes a dict like x, of float tensors, and returns the logits.
    """
    x = {key: tf.convert_to_tensor(value) for key, value in x.items()}
    with tf.GradientTape() as t:
        t.watch(x)
        one = answer(x)[:, CLASS]
    slopes = t.gradient(one, x)
    return one.numpy(), {key: (slopes[key] * x[key]).numpy() for key in x}


def session(folder, signature, inputs, target):
    """Why a session of this TensorFlow cannot answer what the model that was saved did, else "".

    All readers but Python's load a SavedModel into a session.
    """
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as s:
        s_def = v1.saved_model.load(s, ["serve"], str(folder / "model")).signature_def[signature]
        try:
            logits = s.run(s_def.outputs["logits"].name, {s_def.inputs[key].name: value for key, value in inputs.items()})
        except tf.errors.OpError as e:
            # The message ends with a trace of this very program.
            return f"{type(e).__name__}: {re.sub('^Graph execution error:', '', e.message).strip().splitlines()[0]}"
    np.testing.assert_allclose(logits[:, CLASS], target, rtol=1e-4, atol=1e-5)
    return ""


def write(folder, about, inputs, baseline, target, gradient_input):
    """Writes what belongs to folder/model: case.json last, so that it says all is there.

    about    writer, model, signature and the keys of versions
    inputs   by key: float or int arrays of ROWS rows, or lists of strings
    baseline one row of each
    """
    for name, value in [("target", target), *gradient_input.items()]:
        if not np.isfinite(value).all() or not np.ptp(value) > 1e-3:
            raise ValueError(f"{folder}: {name} shows nothing: {value}")
    files = {}
    for kind, arrays in (("x", inputs), ("x0", baseline), ("gradient_input", gradient_input)):
        files[kind] = {key: save(folder, f"{kind}.{key}", value) for key, value in arrays.items()}
    np.save(folder / "target.npy", np.asarray(target))
    about = dict(about, target="logits", **{"class": CLASS}, files=files)
    about["session_error"] = session(folder, about["signature"], inputs, target)
    (folder / "case.json").write_text(json.dumps(about, indent=1) + "\n")
    print(folder, flush=True)


def save(folder, name, value):
    if isinstance(value, list):  # strings, which .npy keeps as objects
        (folder / f"{name}.json").write_text(json.dumps(value))
        return f"{name}.json"
    np.save(folder / f"{name}.npy", value)
    return f"{name}.npy"
