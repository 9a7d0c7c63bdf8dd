"""Writes the tiny model of the conformance test: random weights, and the vectors of its texts.

    python3 src/test/python/tiny.py        # needs numpy

It computes in double precision what the encoder in Java does, and shares no code with it.
"""

import json
import struct
from pathlib import Path

import numpy

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "tiny"
CONFIG = json.loads((FOLDER / "config.json").read_text())
VOCABULARY = (FOLDER / "vocab.txt").read_text().splitlines()
SIZE, LAYERS = CONFIG["hidden_size"], CONFIG["num_hidden_layers"]


def random_weights():
    random = numpy.random.default_rng(1)
    shapes = {
        "embeddings.word.weight": (CONFIG["vocab_size"], SIZE),
        "embeddings.position.weight": (CONFIG["max_position_embeddings"], SIZE),
        "embeddings.norm.weight": (SIZE,),
        "embeddings.norm.bias": (SIZE,),
    }
    for layer in range(LAYERS):
        for linear in ("query", "key", "value", "output"):
            shapes[f"layer.{layer}.{linear}.weight"] = (SIZE, SIZE)
            shapes[f"layer.{layer}.{linear}.bias"] = (SIZE,)
        shapes[f"layer.{layer}.norm.weight"] = shapes[f"layer.{layer}.norm.bias"] = (SIZE,)
    return {name: random.normal(0, 0.5, shape).astype("<f4") for name, shape in shapes.items()}


def save(weights, file):
    """The format of safetensors: the length of a JSON header, the header, the numbers."""
    header, end = {}, 0
    for name, array in weights.items():
        start, end = end, end + array.nbytes
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(map(numpy.ndarray.tobytes, weights.values())))


def vector(weights, text):
    """The mean of the last layer over the tokens of a text whose words are in the vocabulary."""

    def linear(x, name):
        return x @ weights[name + ".weight"].astype(float).T + weights[name + ".bias"]

    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / numpy.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * weights[name + ".weight"] + weights[name + ".bias"]

    ids = [VOCABULARY.index(word) for word in ["[CLS]", *text.split(), "[SEP]"]]
    x = weights["embeddings.word.weight"][ids].astype(float)
    x = norm(x + weights["embeddings.position.weight"][: len(ids)], "embeddings.norm")
    for layer in range(LAYERS):
        query, key, value = (linear(x, f"layer.{layer}.{part}") for part in ("query", "key", "value"))
        weight = numpy.exp(query @ key.T / numpy.sqrt(SIZE))
        attended = weight / weight.sum(-1, keepdims=True) @ value
        x = norm(x + linear(attended, f"layer.{layer}.output"), f"layer.{layer}.norm")
    return x.mean(0)


texts = (FOLDER / "texts.txt").read_text().splitlines()
tensors = random_weights()
save(tensors, FOLDER / "model.safetensors")
numpy.save(FOLDER / "expected.npy", numpy.array([vector(tensors, text) for text in texts], "<f4"))
