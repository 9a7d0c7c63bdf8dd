#!/usr/bin/env python3
"""Trains with every head and every source of views on the same seeds, and prints what each changes.

    heads.py NLI_TRIPLETS.csv SENTENCES.txt SENTEVAL_DIR OUTPUT [SEEDS]

Three groups, each against its first line: NLI triplets, scored pairs of STS-B's training set, and sentences; all from
a fresh small encoder, with the settings of heads.yaml beside this file. The figure is Spearman's correlation on STS-B's development
set, times 100. A difference is of runs with the same seed; its interval is Student's t, 95 %. Teacher and guide are
all-MiniLM-L6-v2. Runs that are complete are not repeated.
"""
import csv
import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIMCSE = os.environ.get("SIMCSE", str(ROOT / "simcse"))
T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}

NLI = [
    ("simcse", "triplets", []),
    ("symmetric", "triplets", ["--head", "symmetric"]),
    ("matryoshka:dims=128+64+32", "triplets", ["--head", "matryoshka:dims=128+64+32"]),
    ("hardness:beta=9", "triplets", ["--head", "hardness:beta=9"]),
    ("hardness:beta=9,negatives=own", "triplets", ["--head", "hardness:beta=9,negatives=own"]),
    ("same-id, the id being the premise", "triplets", ["--head", "same-id"]),
    ("guide:margin=0.05", "guided", ["--head", "guide:margin=0.05"]),
    ("distill", "taught", ["--head", "distill"]),
    ("esimcse", "triplets", ["--head", "esimcse"]),
    ("pooler attention", "triplets", ["--pooler", "attention"]),
]
SCORED = [
    ("simcse, pairs of score 4 and more", "alike", []),
    ("cosent", "scored", ["--head", "cosent"]),
    ("angle", "scored", ["--head", "angle:positive-above=4"]),
]
SENTENCES = [
    ("simcse, dropout alone", "sentences", []),
    ("word-deletion", "sentences", ["--views", "word-deletion"]),
    ("word-repetition", "sentences", ["--views", "word-repetition"]),
    ("crop", "sentences", ["--views", "crop"]),
    ("esimcse", "sentences", ["--head", "esimcse"]),
    ("esimcse, word-repetition", "sentences", ["--head", "esimcse", "--views", "word-repetition"]),
    ("hardness:beta=9", "sentences", ["--head", "hardness:beta=9"]),
    ("distill", "taught-sentences", ["--head", "distill"]),
    ("pooler prompt", "sentences", ["--pooler", "prompt"]),
]


def simcse(*words):
    subprocess.run([SIMCSE, *map(str, words)], check=True)


def vectors(texts, folder, name):
    """Vectors of all-MiniLM-L6-v2 as the text of a csv field, one per text."""
    source, target = folder / f"{name}.jsonl", folder / f"{name}.vectors.txt"
    if not target.exists():
        with open(source, "w", encoding="utf-8") as out:
            out.writelines(json.dumps({"text": text}) + "\n" for text in texts)
        simcse("embed", "--quiet", "--file", source, "--column", "text", "--output", target)
    with open(target, encoding="utf-8") as lines:
        return [" ".join("%.6g" % float(x) for x in line.split()) for line in lines]


def write(file, header, rows):
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return file


def prepare(nli, sentences, senteval, folder):
    with open(nli, newline="", encoding="utf-8") as lines:
        rows = [(r["sent0"], r["sent1"], r["hard_neg"]) for r in csv.DictReader(lines)]
    files = {"triplets": write(folder / "triplets.csv", ["anchor", "positive", "negative", "id"], [(*r, r[0]) for r in rows])}
    anchors = vectors([r[0] for r in rows], folder, "anchors")
    positives = vectors([r[1] for r in rows], folder, "positives")
    files["taught"] = write(
        folder / "taught.csv", ["anchor", "positive", "negative", "teacher"], [(*r, a) for r, a in zip(rows, anchors)])
    files["guided"] = write(
        folder / "guided.csv", ["anchor", "positive", "negative", "guide_anchor", "guide_positive"],
        [(*r, a, p) for r, a, p in zip(rows, anchors, positives)])
    with open(senteval / "STS/STSBenchmark/sts-train.csv", encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split("\t")[4:7] for line in lines]
    files["scored"] = write(folder / "scored.csv", ["sentence1", "sentence2", "score"], [(p[1], p[2], p[0]) for p in pairs])
    files["alike"] = write(folder / "alike.csv", ["anchor", "positive"], [(p[1], p[2]) for p in pairs if float(p[0]) >= 4])
    with open(sentences, encoding="utf-8") as lines:
        texts = [line.strip() for line in lines if line.strip()]
    files["sentences"] = write(folder / "sentences.csv", ["text"], [(text,) for text in texts])
    files["taught-sentences"] = write(
        folder / "taught-sentences.csv", ["text", "teacher"], zip(texts, vectors(texts, folder, "wiki")))
    data = folder / "data"
    (data / "STS").mkdir(parents=True, exist_ok=True)
    for name in ("STS/STSBenchmark", "SICK"):  # both development sets are needed, and nothing else
        if not (data / name).exists():
            (data / name).symlink_to(senteval / name)
    return files, data


def train(name, file, options, data, seeds, folder):
    output = folder / "".join(c if c.isalnum() else "-" for c in name)
    if not (output / "done").exists():
        simcse("train", "--quiet", "--config", HERE / "heads.yaml", "--train-file", file, *options,
               "--plugin-path", folder / "plugins", "--eval-data", data, "--seeds", ",".join(map(str, seeds)),
               "--backend", "pytorch", "--threads", os.environ.get("THREADS", "2"), "--overwrite", "--output", output)
        for weights in output.glob("seed-*/*/*.safetensors"):
            weights.unlink()
        (output / "done").touch()
    runs = {run["seed"]: run for run in json.loads((output / "seeds.json").read_text())["runs"]}
    return [[100 * runs[seed][when]["eval_stsb_spearman"] for seed in seeds] for when in ("before", "after")]


def spread(values):
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"


def interval(values):
    mean, half = statistics.mean(values), T[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean:+.2f} ({mean - half:+.2f} … {mean + half:+.2f})"


def group(title, lines):
    print(f"\n{title}\n\n| head or views | STS-B dev, mean ± sd | against the first, mean and 95 % interval |\n|---|---|---|", flush=True)
    first = None
    for name, run in lines:
        before, after = run()
        if first is None:
            first = after
            print(f"| before training | {spread(before)} | |")
        gain = "" if after is first else interval([a - b for a, b in zip(after, first)])
        print(f"| {name} | {spread(after)} | {gain} |", flush=True)


def main():
    nli, sentences, senteval, folder = map(Path, sys.argv[1:5])
    seeds = [int(seed) for seed in (sys.argv[5] if len(sys.argv) > 5 else "1,2,3,4,5").split(",")]
    plugins = folder / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    for jar in ROOT.glob("simcse-plugins/*/target/simcse-*-SNAPSHOT.jar"):
        if "mpi" not in jar.name and not (plugins / jar.name).exists():
            (plugins / jar.name).symlink_to(jar)
    files, data = prepare(nli, sentences, senteval.resolve(), folder)
    for title, lines in (("NLI triplets", NLI), ("Scored pairs", SCORED), ("Sentences", SENTENCES)):
        group(title, [(name, lambda name=name, file=file, options=options: train(
            f"{title} {name}", files[file], options, data, seeds, folder)) for name, file, options in lines])


main()
