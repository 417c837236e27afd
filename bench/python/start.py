"""One explanation in a process of its own, as a script would make it.

    python start.py SAVEDMODEL IMAGE.png OUT.npy

grad*input of the largest logit of a gray picture, for bench/start.go.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

folder, image, out = sys.argv[1:]
model = tf.saved_model.load(folder)
f = model.signatures["serving_default"]
x = tf.cast(tf.io.decode_png(tf.io.read_file(image), channels=1)[None], tf.float32) / 255
with tf.GradientTape() as tape:
    tape.watch(x)
    top = tf.reduce_max(f(image=x)["logits"], axis=1)
np.save(out, (tape.gradient(top, x) * x).numpy())
