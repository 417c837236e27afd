"""Times methods for bench, which asks line by line.

    python worker.py saved | shap

Each line of stdin is a JSON object: model (folder of a SavedModel, or a .keras file for
"shap"), method, x (an npy file), rows (how many of x), window (occlusion), repeat, and
values (whether the answer holds the attributions). Each answer is one line: seconds, for
one call, rss, the bytes that are resident after it, and values; or error. The method
"load" only loads the model. Tracing happens at the first request for a method. A call
takes a numpy array and gives one.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

# Libraries print to stdout now and then; the answers have a descriptor of their own.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np


def opener(kind):
    if kind == "shap":
        from shapmodel import KerasModel as Model
    else:
        from methods import SavedModel as Model
    models = {}

    def opened(folder):
        if folder not in models:
            models[folder] = Model(folder)
        return models[folder]

    return opened


def resident():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10


def main(kind):
    opened = opener(kind)
    arrays = {}

    def serve(model, method, x, rows, repeat, window=(), values=False):
        if method == "load":
            start = time.perf_counter()
            opened(model)
            return {"seconds": time.perf_counter() - start, "rss": resident()}
        if x not in arrays:
            arrays[x] = np.load(x)
        rows = arrays[x][:rows]
        call = opened(model).method(method)
        start = time.perf_counter()
        for _ in range(repeat):
            result = call(rows, tuple(window))
        seconds = (time.perf_counter() - start) / repeat
        answer = {"seconds": seconds, "rss": resident()}
        if values:
            answer["values"] = result.astype(float).ravel().tolist()
        return answer

    for line in sys.stdin:
        try:
            answer = serve(**json.loads(line))
        except Exception as e:  # the next request may be a good one
            answer = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(answer), file=answers, flush=True)


main(sys.argv[1])
