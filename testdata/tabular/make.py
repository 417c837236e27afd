"""Writes the model of rented bikes (TensorFlow 2.18.1):

    python make.py

model/ says how many bikes are rented in a day, in hundreds, from numbers
(temperature in C, wind in km/h), the day of the week (0 is Monday) and the
weather as a word. Days and words are looked up in tables that are learned with
the rest. The days it learns from are made up by the rules in rented(): warm is
good until it is hot, rain costs more on a weekend, and what wind costs depends
on the weather. days.csv holds a few that it has not seen.
"""
import csv
import shutil

import numpy as np
import tensorflow as tf

WEATHER = ["", "clear", "clouds", "rain", "snow"]  # "" is a word that is not known
SHARE = {"clear": 1.0, "clouds": 0.85, "rain": 0.4, "snow": 0.15}


def rented(temperature, wind, day, weather):
    """Hundreds of bikes."""
    warm = np.clip((temperature + 5) / 27, 0, 1) - np.clip((temperature - 30) / 20, 0, 0.4)
    weekend = day >= 5
    base = np.where(weekend, 7.0, 5.0) + np.where(day == 4, 0.5, 0.0)
    share = np.array([SHARE[w] for w in weather])
    share = np.where(weekend & (share < 0.5), 0.7 * share, share)
    windy = 1 - np.clip((wind - 10) / 60, 0, 0.6) * np.where(share < 0.5, 1.3, 1.0)
    return (1.0 + base * warm) * share * windy


def days(n, seed):
    r = np.random.RandomState(seed)
    temperature = r.uniform(-8, 38, n).astype(np.float32).round(1)
    wind = r.gamma(3, 6, n).clip(0, 70).astype(np.float32).round()
    weather = np.where(temperature < 1, r.choice(["clear", "clouds", "snow"], n), r.choice(["clear", "clouds", "rain"], n))
    day = r.randint(0, 7, n)
    y = rented(temperature, wind, day, weather) + r.normal(0, 0.15, n)
    return np.stack([temperature, wind], 1), day.astype(np.int64), weather, y.clip(0).astype(np.float32)


class Bikes(tf.Module):
    def __init__(self):
        super().__init__("bikes")
        r = np.random.RandomState(11)
        v = lambda *s: tf.Variable((r.randn(*s) / np.sqrt(s[0])).astype(np.float32))
        init = tf.lookup.KeyValueTensorInitializer(WEATHER, list(range(len(WEATHER))), tf.string, tf.int64)
        self.index = tf.lookup.StaticHashTable(init, default_value=0)
        self.day, self.weather = v(7, 3), v(len(WEATHER), 3)
        self.w1, self.b1, self.w2, self.b2 = v(8, 24), v(24), v(24, 16), v(16)
        self.w3, self.b3 = v(16, 1), v(1)

    @tf.function(input_signature=[
        tf.TensorSpec([None, 2], tf.float32, name="numbers"),
        tf.TensorSpec([None], tf.int64, name="day"),
        tf.TensorSpec([None], tf.string, name="weather")])
    def rented(self, numbers, day, weather):
        scaled = (numbers - [15.0, 18.0]) / [13.0, 10.0]
        h = tf.concat([scaled, tf.gather(self.day, day), tf.gather(self.weather, self.index.lookup(weather))], 1)
        h = tf.nn.relu(tf.matmul(h, self.w1) + self.b1)
        h = tf.nn.relu(tf.matmul(h, self.w2) + self.b2)
        return {"rented": tf.nn.softplus(tf.matmul(h, self.w3) + self.b3)}


def main():
    m = Bikes()
    numbers, day, weather, y = (tf.constant(a) for a in days(4000, 1))
    optimizer = tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(0.02, 1500))
    for step in range(1500):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((m.rented(numbers, day, weather)["rented"][:, 0] - y) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, m.trainable_variables), m.trainable_variables))
    numbers, day, weather, y = days(1000, 2)
    error = m.rented(numbers, day, weather)["rented"][:, 0] - y
    print("error on days it has not seen: %.3f of %.3f" % (np.sqrt(np.mean(error ** 2)), np.std(y)))
    with open("days.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["temperature", "wind", "day", "weather", "rented"])
        w.writerows([numbers[i][0], numbers[i][1], day[i], weather[i], "%.2f" % y[i]] for i in range(20))
    shutil.rmtree("model", ignore_errors=True)
    tf.saved_model.save(m, "model", signatures=m.rented)


if __name__ == "__main__":
    main()
