"""Writes a model with an op of its own (TensorFlow 2.18.1):

    python make.py hill.so

hill.so is examples/customrule/op/hill.c, built for the TensorFlow of this Python. The
model says what the doses of three drugs do: two receptors take them up, with
weights that say how well each fits, and each acts by Hill's equation.
"""
import shutil
import sys

import numpy as np
import tensorflow as tf


class Drugs(tf.Module):
    def __init__(self, ops):
        super().__init__("drugs")
        self.hill = ops.hill
        self.fits = tf.Variable(np.array([[1.0, 0.1], [0.3, 0.3], [0.0, 0.8]], np.float32))
        self.acts = tf.Variable(np.array([[6.0], [-2.0]], np.float32))

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="doses")])
    def effect(self, doses):
        bound = self.hill(x=tf.matmul(doses, self.fits), k=2.0, n=3.0)
        return {"effect": tf.matmul(bound, self.acts)}


def main():
    m = Drugs(tf.load_op_library(sys.argv[1]))
    print(m.effect(tf.constant([[3.0, 1.0, 2.0], [0.0, 0.0, 0.0]])))
    shutil.rmtree("model", ignore_errors=True)
    tf.saved_model.save(m, "model", signatures=m.effect)


if __name__ == "__main__":
    main()
