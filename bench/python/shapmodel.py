"""shap's explainers, which take Keras models only."""

import keras
import numpy as np
import shap


class KerasModel:
    def __init__(self, file):
        model = keras.models.load_model(file)
        logits = model.get_layer("logits")
        # shap explains every output; here there is one to explain.
        one = keras.layers.Dense(1, name="explained")
        out = one(logits.input)
        kernel, bias = logits.get_weights()
        one.set_weights([kernel[:, :1], bias[:1]])
        self.model = keras.Model(model.inputs[0], out)
        self.background = np.zeros((1, *model.inputs[0].shape[1:]), np.float32)
        self.made = {}

    def method(self, name):
        if name not in self.made:
            make = {"deeplift": self.deeplift, "ig": self.expected_gradients}
            if name not in make:
                raise LookupError(f"shap has no {name}")
            self.made[name] = make[name]()
        return self.made[name]

    def deeplift(self):
        explainer = shap.DeepExplainer(self.model, self.background)
        return lambda x, window: np.asarray(explainer.shap_values(x, check_additivity=False))

    def expected_gradients(self):
        """50 random points between the background and a sample, as many as "ig" takes."""
        explainer = shap.GradientExplainer(self.model, self.background)
        return lambda x, window: np.asarray(explainer.shap_values(x, nsamples=50))
