"""Losses of the steps in MemoryConformance, in double precision: a queue of negatives filled by a momentum encoder.

Usage: python momentum.py TINY_BERT   (torch, transformers and safetensors; any recent version)
"""
import sys

import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel

STEPS, ROWS, QUEUE, DECAY, TEMPERATURE = 4, 3, 4, 0.9, 0.05


class Model(torch.nn.Module):
    def __init__(self, directory):
        super().__init__()
        config = BertConfig.from_pretrained(
            directory, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager")
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dense = torch.nn.Linear(config.hidden_size, config.hidden_size)
        weights = load_file(directory + "/model.safetensors")
        missing = self.bert.load_state_dict(
            {k[len("bert."):]: v for k, v in weights.items() if k.startswith("bert.")}, strict=False)
        assert not missing.missing_keys, missing
        self.dense.load_state_dict({"weight": weights["mlp.dense.weight"], "bias": weights["mlp.dense.bias"]})

    def forward(self, texts):
        length = max(map(len, texts))
        ids = torch.tensor([t + [0] * (length - len(t)) for t in texts])
        mask = torch.tensor([[1] * len(t) + [0] * (length - len(t)) for t in texts])
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return torch.tanh(self.dense(states[:, 0]))


def text(step, row, view):
    words = [20 + (17 * step + 5 * row + 3 * i) % 70 for i in range(2 + (step + row) % 3)]
    return [2] + words[:1] * view + words + [3]


def main():
    torch.set_default_dtype(torch.float64)
    online, averaged = Model(sys.argv[1]).double(), Model(sys.argv[1]).double()
    decayed = [p for n, p in online.named_parameters() if not n.endswith("bias") and not n.endswith("LayerNorm.weight")]
    others = [p for n, p in online.named_parameters() if n.endswith("bias") or n.endswith("LayerNorm.weight")]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=1e-3)
    queue = torch.zeros(0, online.dense.out_features)
    for step in range(STEPS):
        anchors = [text(step, row, 0) for row in range(ROWS)]
        positives = [text(step, row, 1) for row in range(ROWS)]
        z = torch.nn.functional.normalize(online(anchors), dim=-1)
        candidates = torch.cat([online(positives), queue])
        logits = z @ torch.nn.functional.normalize(candidates, dim=-1).T / TEMPERATURE
        loss = torch.nn.functional.cross_entropy(logits, torch.arange(ROWS))
        with torch.no_grad():
            queue = torch.cat([averaged(anchors), queue])[:QUEUE]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mean, value in zip(averaged.parameters(), online.parameters()):
                mean.mul_(DECAY).add_(value, alpha=1 - DECAY)
        print(repr(loss.item()), repr(queue.sum().item()))


main()
