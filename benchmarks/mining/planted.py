"""Hides the hard negatives of NLI among sentences of Wikipedia, and counts those that were mined.

    python planted.py plant TRIPLETS SENTENCES OUTPUT PAIRS CORPUS
    python planted.py recall TRIPLETS OUTPUT MILLISECONDS

TRIPLETS is csv with the columns sent0, sent1 and hard_neg, SENTENCES a sentence per line. The first
writes OUTPUT/pairs.csv and OUTPUT/corpus.txt; the second compares OUTPUT/mined.csv with what was
hidden. Needs the standard library alone.
"""

import collections
import csv
import os
import random
import sys


def spaced(text):
    return " ".join(text.split())


def normal(text):
    """What simcse mine takes for equal."""
    return spaced(text).lower()


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.reader(file)


def triplets(path):
    """The rows none of whose texts occurs again, so that each pair has one planted negative."""
    header, *table = rows(path)
    columns = [header.index(name) for name in ("sent0", "sent1", "hard_neg")]
    table = [[spaced(row[column]) for column in columns] for row in table]
    count = collections.Counter(normal(text) for row in table for text in row)
    return [row for row in table if all(text and count[normal(text)] == 1 for text in row)]


def plant(path, sentences, output, pairs, size):
    chosen = triplets(path)[:pairs]
    if len(chosen) < pairs:
        sys.exit(f"{path} has {len(chosen)} rows of unique texts, but PAIRS is {pairs}.")
    if len(chosen) > size:
        sys.exit(f"CORPUS is {size}, which is too small for the negatives of {pairs} pairs.")
    corpus = [row[2] for row in chosen]
    taken = {normal(text) for row in chosen for text in row}
    with open(sentences, encoding="utf-8") as file:
        for line in file:
            if len(corpus) == size:
                break
            text = spaced(line)
            if text and normal(text) not in taken:
                taken.add(normal(text))
                corpus.append(text)
    if len(corpus) < size:
        sys.exit(f"{sentences} fills the corpus to {len(corpus)} texts, but CORPUS is {size}.")
    random.Random(42).shuffle(corpus)
    with open(os.path.join(output, "corpus.txt"), "w", encoding="utf-8") as file:
        file.writelines(text + "\n" for text in corpus)
    with open(os.path.join(output, "pairs.csv"), "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["sent0", "sent1"]] + [row[:2] for row in chosen]
        )


def recall(path, output, milliseconds):
    planted = {normal(row[0]): normal(row[2]) for row in triplets(path)}
    pairs = list(rows(os.path.join(output, "pairs.csv")))[1:]
    header, *mined = rows(os.path.join(output, "mined.csv"))
    found = sum(planted[normal(row[0])] in map(normal, row[2:]) for row in mined)
    with open(os.path.join(output, "corpus.txt"), encoding="utf-8") as file:
        size = sum(1 for _ in file)
    print(f"pairs {len(pairs)}, of which {len(mined)} have negatives")
    print(f"corpus {size}")
    print(f"seconds {milliseconds / 1000:.1f}")
    print(f"recall@{len(header) - 2} {found / len(pairs):.4f}")


def main():
    command, *arguments = sys.argv[1:]
    if command == "plant":
        plant(*arguments[:3], *map(int, arguments[3:]))
    else:
        recall(*arguments[:2], int(arguments[2]))


if __name__ == "__main__":
    main()
