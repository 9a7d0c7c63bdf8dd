"""The training step of org.simcse.benchmarks.TrainingStep, by PyTorch from Python.

    OMP_NUM_THREADS=2 python training_step.py [eager|sdpa] [steps] [lengths.txt]

Prints one line of JSON: the median seconds of a step, and resident memory, peak minus before the
model was made, in MiB. Needs torch 2.7.1, transformers 4.46.3.
"""

import json
import statistics
import sys
import time

import torch
from transformers import BertConfig, BertModel


def status(field):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    return 0.0


def main():
    attention = sys.argv[1] if len(sys.argv) > 1 else "eager"
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    rows, views, length = 16, 2, 32
    lengths = [[length] * (rows * views)] * 64
    if len(sys.argv) > 3:
        with open(sys.argv[3]) as file:
            flat = [int(word) for word in file.read().split()]
        size = rows * views
        lengths = [flat[i : i + size] for i in range(0, len(flat) - size + 1, size)]
    torch.set_num_threads(2)
    torch.manual_seed(42)
    before = status("VmRSS")
    config = BertConfig(attn_implementation=attention)
    encoder = BertModel(config, add_pooling_layer=False)
    mlp = torch.nn.Linear(config.hidden_size, config.hidden_size)
    parameters = list(encoder.parameters()) + list(mlp.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=3e-5, weight_decay=0.0, fused=True)
    encoder.train()
    seconds = []
    for step in range(steps + 3):
        batch = lengths[step % len(lengths)]
        longest = max(batch)
        ids = torch.randint(1000, 20000, (rows * views, longest))
        mask = (torch.arange(longest)[None, :] < torch.tensor(batch)[:, None]).long()
        begun = time.perf_counter()
        hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0]
        projected = torch.tanh(mlp(hidden)).view(rows, views, -1)
        first = torch.nn.functional.normalize(projected[:, 0], dim=-1, eps=1e-8)
        second = torch.nn.functional.normalize(projected[:, 1], dim=-1, eps=1e-8)
        loss = torch.nn.functional.cross_entropy(first @ second.T / 0.05, torch.arange(rows))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step >= 3:
            seconds.append(time.perf_counter() - begun)
    print(
        json.dumps(
            {
                "contender": "python-" + attention,
                "seconds": statistics.median(seconds),
                "fastest": min(seconds),
                "slowest": max(seconds),
                "mebibytes": status("VmHWM") - before,
            }
        )
    )


if __name__ == "__main__":
    main()
