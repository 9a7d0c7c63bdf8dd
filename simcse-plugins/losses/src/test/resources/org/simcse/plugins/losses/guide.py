"""Writes guide.tsv: losses of GISTEmbedLoss of sentence-transformers 6.2.0, for random vectors of a model and a guide.

    python guide.py
"""

from pathlib import Path

import torch
from sentence_transformers.sentence_transformer.losses import gist_embed

VIEWS = ("anchor", "positive", "negative")
ROWS, WIDTH, GUIDE_WIDTH = 8, 4, 3


def loss(views, model, guide, strategy, margin):
    """GISTEmbedLoss of given vectors in place of encoders."""
    gist_embed.embed_columns = lambda side, features: [side[feature["view"]] for feature in features]
    gist = gist_embed.GISTEmbedLoss.__new__(gist_embed.GISTEmbedLoss)
    torch.nn.Module.__init__(gist)
    gist.model, gist.guide, gist.temperature = model, guide, 0.5
    gist.margin_strategy, gist.margin = strategy, margin
    gist.contrast_anchors = gist.contrast_positives = True
    gist.gather_across_devices = gist.must_retokenize = False
    gist.similarity_fct = torch.nn.CosineSimilarity(dim=-1)
    gist.cross_entropy_loss = torch.nn.CrossEntropyLoss()
    return gist([{"view": view} for view in views], torch.zeros(0)).item()


def vectors(width):
    return {view: torch.randn(ROWS, width, dtype=torch.float64).mul(1e3).round().div(1e3) for view in VIEWS}


torch.manual_seed(1)
model, guide = vectors(WIDTH), vectors(GUIDE_WIDTH)
# Pairs that a guide would accept: its positives are near their anchors.
guide["positive"] = (guide["positive"] + 1.5 * guide["anchor"]).mul(1e3).round().div(1e3)
lines = []
for name, side in (("model", model), ("guide", guide)):
    for view in VIEWS:
        for row in side[view].tolist():
            lines.append(f"{name} {view}\t" + " ".join(map(str, row)))
settings = (("absolute", 0.0), ("absolute", 0.3), ("relative", 0.2))
spared = {**guide, "negative": guide["negative"] * float("nan")}  # nearer than nothing: none is left out
for count, hard, guided in ((2, "all", guide), (3, "guided", guide), (3, "all", spared)):
    for strategy, margin in settings:
        result = loss(VIEWS[:count], model, guided, strategy, margin)
        lines.append(f"loss\t{count}\t{hard}\t{strategy}\t{margin}\t{result:.9f}")
(Path(__file__).parent / "guide.tsv").write_text("\n".join(lines) + "\n")
