"""TensorFlow 1: graphs, sessions, reference variables, and the SavedModel builder."""
import numpy as np
import tensorflow as tf

import case

v1 = tf.compat.v1


def variable(rng, name, shape):
    role = "kernel" if len(shape) > 1 else "bias"
    return v1.get_variable(name, initializer=case.weight(rng, role, shape), use_resource=False)


def head(rng, h):
    return tf.matmul(h, variable(rng, "w", (h.shape[1], case.CLASSES))) + variable(rng, "b", (case.CLASSES,))


def dense(rng):
    x = v1.placeholder(tf.float32, [None, 6], "x")
    h = tf.nn.relu(v1.nn.xw_plus_b(x, variable(rng, "u", (6, 16)), variable(rng, "c", (16,))))
    return {"x": x}, {"x": x}, head(rng, h)


def conv(rng):
    image = v1.placeholder(tf.float32, [None, 10, 10, 2], "image")
    h = v1.nn.conv2d(image, variable(rng, "f", (3, 3, 2, 8)), strides=[1, 1, 1, 1], padding="SAME")
    stats = [tf.constant(case.weight(rng, n, (8,))) for n in ("gamma", "beta", "moving_mean", "moving_variance")]
    h, _, _ = v1.nn.fused_batch_norm(h, *stats, is_training=False)
    h = v1.nn.max_pool(tf.nn.relu(h), 2, 2, "VALID")
    return {"image": image}, {"image": image}, head(rng, tf.reshape(h, [-1, 5 * 5 * 8]))


def text(rng):
    ids = v1.placeholder(tf.int32, [None, 7], "ids")
    e = v1.nn.embedding_lookup(variable(rng, "table", (20, 5)), ids)
    h = tf.nn.relu(tf.nn.conv1d(e, variable(rng, "f", (3, 5, 8)), 1, "SAME"))
    return {"ids": ids}, {"ids": e}, head(rng, tf.reduce_mean(h, 1))


MODELS = {"dense": dense, "conv": conv, "text": text}


def rows(rng, placeholders, n):
    out = {}
    for key, p in placeholders.items():
        shape = [n, *p.shape[1:]]
        out[key] = (rng.integers(0, 20, shape) if p.dtype == tf.int32 else rng.standard_normal(shape)).astype(p.dtype.as_numpy_dtype)
    return out


def export(folder, name, about):
    rng = np.random.default_rng(list(MODELS).index(name))
    with tf.Graph().as_default(), v1.Session() as session:
        inputs, explained, logits = MODELS[name](rng)
        session.run(v1.global_variables_initializer())
        signature = v1.saved_model.signature_def_utils.build_signature_def(
            {key: v1.saved_model.utils.build_tensor_info(p) for key, p in inputs.items()},
            {"logits": v1.saved_model.utils.build_tensor_info(logits)},
            v1.saved_model.signature_constants.PREDICT_METHOD_NAME)
        builder = v1.saved_model.builder.SavedModelBuilder(str(folder / "model"))
        builder.add_meta_graph_and_variables(
            session, [v1.saved_model.tag_constants.SERVING], signature_def_map={"classify": signature}, strip_default_attrs=True)
        builder.save()

        x, x0 = rows(rng, inputs, case.ROWS), rows(rng, inputs, 1)
        one = logits[:, case.CLASS]
        slopes = dict(zip(explained, tf.gradients(one, list(explained.values()))))
        feed = {inputs[key]: value for key, value in x.items()}
        target, values = session.run([one, {key: slopes[key] * explained[key] for key in explained}], feed)
    case.write(folder, dict(about, model=name, signature="classify"), x, x0, target, values)
