"""Writes expected.tsv: PromptBERT's vectors of the tiny golden models, computed by transformers.

    python expected.py ../../../../../../../../../simcse-tests/src/main/resources/org/simcse/tests/golden

The template's own vector is that of the template without a text, with the position ids that its tokens have around
one, as Jiang et al. 2022 describe it (get_delta in the original's models.py). With transformers 5.24.0, torch 2.7.1.
"""

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

TEXTS = ["A man plays.", "", "Is [MASK] or <mask> a word, and where does it end?"]
MODELS = {
    "tiny-bert": ("[CLS]", "[SEP]", "[MASK]", 0, 'This sentence of "', '" means [MASK].'),
    "tiny-roberta": ("<s>", "</s>", "<mask>", 2, 'This sentence of "', '" means<mask>.'),
}


def rows(folder, name, first, last, mask, start, before, after):
    tokenizer = Tokenizer.from_file(str(folder / name / "tokenizer.json"))
    model = AutoModel.from_pretrained(folder / name, add_pooling_layer=False).double().eval()

    def ids(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    def state(tokens, positions, index):
        output = model(input_ids=torch.tensor([tokens]), position_ids=torch.tensor([positions]))
        return output.last_hidden_state[0, index]

    head = [tokenizer.token_to_id(first)] + ids(before)
    tail = ids(after) + [tokenizer.token_to_id(last)]
    at = tail.index(tokenizer.token_to_id(mask))
    for index, text in enumerate(TEXTS):
        tokens = head + ids(text) + tail
        positions = list(range(start, start + len(tokens)))
        vector = state(tokens, positions, len(tokens) - len(tail) + at)
        kept = positions[: len(head)] + positions[-len(tail) :]
        alone = state(head + tail, kept, len(head) + at)
        for denoise, values in (("false", vector), ("true", vector - alone)):
            yield "\t".join([name, denoise, str(index), " ".join(f"{v:.9g}" for v in values.tolist())])


folder = Path(sys.argv[1])
with torch.no_grad():
    lines = [row for name, parts in MODELS.items() for row in rows(folder, name, *parts)]
(Path(__file__).parent / "expected.tsv").write_text("\n".join(lines) + "\n")
