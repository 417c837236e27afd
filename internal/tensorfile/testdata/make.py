"""Writes the numpy files that the tests read. Needs numpy (made with 2.0.2).

    python make.py            writes the fixtures beside this file
    python make.py check DIR  reads back what the Go test wrote to DIR

Element i of every array is the same function of i and the dtype, which
fixtures_test.go repeats.
"""
import json
import pathlib
import sys

import numpy as np

CODES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()
SHAPE = (2, 3, 2)
WORDS = ["", "a", "été", "日本", "a\0b", "🙂"]


def values(code):
    i = np.arange(12)
    kind = code[0]
    if kind == "b":
        v = i % 3 == 0
    elif kind == "i":
        v = i - 5
    elif kind == "u":
        v = i
    elif kind == "f":
        v = i / 4 - 1
    else:
        v = (i / 4 - 1) - 1j * i
    v = v.astype("<" + code)
    if kind in "iu":  # the limits, which a wrong byte order or width would lose
        v[10], v[11] = np.iinfo(v.dtype).min, np.iinfo(v.dtype).max
    if kind == "f":
        v[9], v[10], v[11] = np.nan, np.inf, -np.inf
    return v.reshape(SHAPE)


def texts():
    return {
        "U": np.array(WORDS).reshape(2, 3),
        # The last one is not UTF-8: that is what S is written for.
        "S": np.array([w.encode() for w in WORDS[:5]] + [b"\xff\xfe"]).reshape(2, 3),
    }


def make(here):
    for order in "<>":
        for layout in "CF":
            arrays = {c: np.array(values(c).astype(order + c), order=layout) for c in CODES}
            for name, t in texts().items():
                if name == "U":
                    t = t.astype(t.dtype.newbyteorder(order))
                arrays[name] = np.array(t, order=layout)
            name = {"<": "little", ">": "big"}[order] + "_" + layout.lower()
            np.savez(here / f"{name}.npz", **arrays)
            if name == "big_f":
                np.savez_compressed(here / "deflated.npz", **arrays)
    for code in CODES:
        np.save(here / f"{code}.npy", values(code))
    for name, t in texts().items():
        np.save(here / f"{name}.npy", t)
    np.save(here / "scalar.npy", np.float64(2.5))
    np.save(here / "vector.npy", np.arange(3, dtype="<i4"))
    np.save(here / "empty.npy", np.zeros((0, 3), "<f4"))
    for version in ((1, 0), (2, 0), (3, 0)):
        with open(here / f"version{version[0]}.npy", "wb") as f:
            np.lib.format.write_array(f, values("f4"), version=version)
    np.save(here / "structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
    np.save(here / "objects.npy", np.array([None, {}], dtype=object), allow_pickle=True)
    np.save(here / "dates.npy", np.zeros(2, "<M8[s]"))


def same(got, want):
    assert got.dtype == want.dtype, (got.dtype, want.dtype)
    assert got.shape == want.shape, (got.shape, want.shape)
    np.testing.assert_array_equal(got, want)


def check(folder):
    archive = np.load(folder / "all.npz")
    names = set(archive.files)
    for code in CODES:
        same(np.load(folder / f"{code}.npy"), values(code))
        same(archive[code], values(code))
        names.remove(code)
    for name, t in texts().items():
        same(np.load(folder / f"{name}.npy"), t)
        same(archive[name], t)
        names.remove(name)
    same(np.load(folder / "scalar.npy"), np.array(2.5))
    same(np.load(folder / "empty.npy"), np.zeros((0, 3), "<f4"))
    assert not names, names
    with open(folder / "all.json") as f:
        doc = json.load(f)
    for code in CODES:
        if code[0] == "c":
            continue
        got = np.array([float(x) if code[0] == "f" else x for x in np.ravel(np.array(doc[code], dtype=object))])
        np.testing.assert_array_equal(got.reshape(SHAPE), values(code))
    assert doc["U"] == texts()["U"].tolist()
    print("numpy", np.__version__, "reads all of it")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(pathlib.Path(sys.argv[2]))
    else:
        make(pathlib.Path(__file__).parent)
