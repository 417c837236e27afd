"""Writes small models in every way this TensorFlow writes SavedModels, with their gradients.

    python export.py FOLDER

FOLDER/WRITER-MODEL then holds model/ (the SavedModel), case.json (what it is and what
its files are), four rows of each input (x), one to compare with (x0), the logit
explained, and gradient times input by tf.GradientTape, for TensorFlow 1 by
tf.gradients. "make integration" does that with two TensorFlows and explains them all.
"""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # a GPU may round products to 10 bits (TF32)
os.environ["KERAS_BACKEND"] = "tensorflow"

import pathlib
import shutil
import sys
import warnings

import keras
import tensorflow as tf
import tf_keras

import keras_models
import module_models
import v1_models

# Package, how its users call it, how it writes a model, and the names of a signature's
# inputs where they are not those of the model.
KERAS_WRITERS = {
    "keras3-export": (keras, "model.export", lambda model, path: model.export(str(path), verbose=False), None),
    "keras3-saved_model": (keras, "tf.saved_model.save", lambda model, path: tf.saved_model.save(model, str(path)), ["inputs", "inputs_1"]),
    "keras2-save": (tf_keras, "model.save", lambda model, path: model.save(path, save_format="tf", include_optimizer=False), None),
    "keras2-saved_model": (tf_keras, "tf.saved_model.save", lambda model, path: tf.saved_model.save(model, str(path)), None),
}


def main(out):
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    tf.get_logger().setLevel("ERROR")
    out = pathlib.Path(out)
    shutil.rmtree(out, ignore_errors=True)

    def fresh(name):
        (out / name).mkdir(parents=True)
        return out / name

    for writer, (k, way, save, renamed) in KERAS_WRITERS.items():
        about = {"tensorflow": tf.__version__, "writer": f"Keras {k.__version__}, {way}", "signature": "serving_default"}
        for name in keras_models.NETS:
            k.backend.clear_session()
            keras_models.export(fresh(f"{writer}-{name}"), k, name, save, renamed, about)
    about = {"tensorflow": tf.__version__, "writer": "tf.Module, tf.saved_model.save"}
    for name in module_models.MODELS:
        module_models.export(fresh(f"module-{name}"), name, about)
    about = {"tensorflow": tf.__version__, "writer": "tf.compat.v1, SavedModelBuilder"}
    for name in v1_models.MODELS:
        v1_models.export(fresh(f"v1-{name}"), name, about)
    (out / "complete").write_text(f"{tf.__version__}\n")


main(*sys.argv[1:])
