"""Writes the text models and their reference gradients (TensorFlow 2.18.1):

    python make.py

model/ is one SavedModel. words and tokens judge a sentence of eight words,
given as strings or as line numbers of vocab.txt; they share their weights,
which are trained on made-up sentences with negations. tables looks ids up in
two tables and masks the id 0; onehot multiplies one-hot vectors by a table;
flat looks up the ids of all rows in one list; numbers casts integers. The
.npy files hold ids and what tf.GradientTape gives for sum(logits * ys) with
respect to the embedding, ys = [-1, 1].
"""
import itertools
import shutil

import numpy as np
import tensorflow as tf

GOOD = "good great lovely funny brilliant".split()
BAD = "bad awful boring sad terrible".split()
REST = "the film plot acting music was is not never and very but a".split()
VOCAB = [""] + GOOD + BAD + REST
STEPS = 8


def sentences():
    """Every sentence of one or two clauses, with its label: the sum of the words' signs."""
    out = []
    clauses = []
    for noun, verb, no, adjective in itertools.product(["film", "plot", "acting", "music"], ["was", "is"], ["", "not", "never", "very"], GOOD + BAD):
        sign = (1 if adjective in GOOD else -1) * (-1 if no in ("not", "never") else 1)
        clauses.append((["the", noun, verb] + ([no] if no else []) + [adjective], sign))
    r = np.random.RandomState(3)
    for words, sign in clauses:
        out.append((words, sign))
        other, s2 = clauses[r.randint(len(clauses))]
        both = words[1:] + ["and" if s2 == sign else "but"] + other[1:]
        if s2 == sign and len(both) <= STEPS:
            out.append((both, sign))
    # Nothing is said of the film yet: neither good nor bad.
    open_ended = [[]] + [["the", noun, verb][:n] for noun in ["film", "plot", "acting", "music"] for verb in ["was", "is"] for n in (2, 3)]
    return out + [(words, sign) for words in open_ended for sign in (1, -1)] * 8


class Text(tf.Module):
    def __init__(self):
        super().__init__("text")
        r = np.random.RandomState(7)
        v = lambda *s: tf.Variable((r.randn(*s) * 0.4).astype(np.float32))
        init = tf.lookup.KeyValueTensorInitializer(VOCAB, list(range(len(VOCAB))), tf.string, tf.int64)
        self.index = tf.lookup.StaticHashTable(init, default_value=0)
        n = len(VOCAB)
        self.table, self.filters, self.bias, self.w, self.b = v(n, 6), v(3, 6, 8), v(8), v(8, 2), v(2)
        self.first, self.second, self.out = v(n, 4), v(n, 3), v(7, 2)

    def judge(self, e):
        h = tf.nn.relu(tf.nn.conv1d(e, self.filters, 1, "SAME") + self.bias)
        return tf.matmul(tf.reduce_sum(h, 1), self.w) + self.b

    def of_words(self, text):
        return tf.gather(self.table, self.index.lookup(text), name="embed")

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS], tf.string, name="text")])
    def words(self, text):
        y = self.judge(self.of_words(text))
        return {"logits": y, "probs": tf.nn.softmax(y)}

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS], tf.int32, name="tokens")])
    def tokens(self, tokens):
        y = self.judge(tf.gather(self.table, tokens, name="embed"))
        return {"logits": y, "probs": tf.nn.softmax(y)}

    def after_tables(self, tokens, a, b):
        mask = tf.cast(tf.not_equal(tokens, 0), tf.float32)[:, :, None]
        h = tf.tanh(tf.concat([a, b], -1)) * mask
        return tf.matmul(tf.reduce_sum(h, 1) / (tf.reduce_sum(mask, 1) + 1.0), self.out)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int64, name="tokens")])
    def tables(self, tokens):
        a, b = tf.gather(self.first, tokens, name="embed_a"), tf.gather(self.second, tokens, name="embed_b")
        return {"logits": self.after_tables(tokens, a, b)}

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS], tf.int32, name="tokens")])
    def onehot(self, tokens):
        with tf.name_scope("embed"):
            e = tf.tensordot(tf.one_hot(tokens, len(VOCAB)), self.table, 1)
        return {"logits": self.judge(e)}

    @tf.function(input_signature=[tf.TensorSpec([None, STEPS], tf.int32, name="tokens")])
    def flat(self, tokens):
        e = tf.gather(self.table, tf.reshape(tokens, [-1]))
        return {"logits": self.judge(tf.reshape(e, [-1, STEPS, 6]))}

    @tf.function(input_signature=[tf.TensorSpec([None, 8], tf.uint8, name="bytes")])
    def numbers(self, bytes):
        return {"logits": tf.matmul(tf.nn.relu(tf.cast(bytes, tf.float32) / 255.0 - 0.3), self.w)}


def padded(words):
    return words + [""] * (STEPS - len(words))


def train(m):
    data = sentences()
    x = np.array([[VOCAB.index(w) for w in padded(words)] for words, _ in data], np.int32)
    y = np.array([(s + 1) // 2 for _, s in data])
    variables = [m.table, m.filters, m.bias, m.w, m.b]
    optimizer = tf.keras.optimizers.Adam(0.01)
    for step in range(300):
        with tf.GradientTape() as tape:
            logits = m.judge(tf.gather(m.table, x))
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)) + 1e-3 * sum(tf.nn.l2_loss(v) for v in variables)
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    print("right:", np.mean(np.argmax(logits, 1) == y), "of", len(y))


def gradient(f, *at):
    at = [tf.constant(a) for a in at]
    with tf.GradientTape() as tape:
        for a in at:
            tape.watch(a)
        y = tf.reduce_sum(f(*at) * [-1.0, 1.0])
    return np.concatenate([g.numpy() for g in tape.gradient(y, at)], -1)


def main():
    m = Text()
    train(m)
    rows = ["the film was great", "the film was not great", "acting never boring and music was lovely", "plot is sad"]
    ids = np.array([[VOCAB.index(w) for w in padded(r.split())] for r in rows], np.int32)
    np.save("ids.npy", ids)
    np.save("gradient_embed.npy", gradient(m.judge, tf.gather(m.table, ids)))
    np.save("gradient_tables.npy", gradient(lambda a, b: m.after_tables(ids, a, b), tf.gather(m.first, ids), tf.gather(m.second, ids)))
    with open("vocab.txt", "w") as f:
        f.write("\n".join(VOCAB) + "\n")
    shutil.rmtree("model", ignore_errors=True)
    tf.saved_model.save(m, "model", signatures={k: getattr(m, k) for k in ("words", "tokens", "tables", "onehot", "flat", "numbers")})


if __name__ == "__main__":
    main()
