# A whole training run in PyTorch, with nanoGPT's settings for a CPU, as Cutaway's `train` does it: characters of a file,
# nine tenths to learn from, evaluations and checkpoints on the way. The last line says the last loss on the held-back tenth.

import math
import os
import sys

import torch

from torch_gpt import GPT, adamw, batch
from torch_work import answer, job

given = job()
text = open(given["file"], encoding="utf-8", newline="").read().removeprefix("\ufeff")
characters = sorted(set(text))
place = {character: i for i, character in enumerate(characters)}
ids = torch.tensor([place[character] for character in text])
cut = math.floor(len(ids) * 0.9)
parts = {"training": ids[:cut], "validation": ids[cut:]}
given["vocab"] = len(characters)
model = GPT(given)
optimizer = adamw(model, given)
steps, warmup, rate, least = given["steps"], given["warmup"], given["rate"], given["leastRate"]
context = given["context"]


def rate_at(taken):
    if taken < warmup:
        return rate * (taken + 1) / (warmup + 1)
    return least + 0.5 * (1 + math.cos(math.pi * (taken - warmup) / (steps - warmup))) * (rate - least)


@torch.no_grad()
def evaluate(part):
    """The loss on windows that lie evenly over all of a part, the first and the last among them."""
    windows = (len(part) - 1) // context
    taken = min(windows, given["evaluateBatches"] * given["batch"])
    starts = [context * round(i * (windows - 1) / max(1, taken - 1)) for i in range(taken)]
    losses = []
    for first in range(0, taken, given["batch"]):
        rows = starts[first : first + given["batch"]]
        x, y = (torch.stack([part[start + by : start + by + context] for start in rows]) for by in (0, 1))
        losses.append((model(x, y).item(), len(rows)))
    return sum(loss * count for loss, count in losses) / sum(count for _, count in losses)


best = math.inf
for taken in range(steps + 1):
    if taken % given["evaluateEvery"] == 0 or taken == steps:
        losses = {name: evaluate(part) for name, part in parts.items()}
        if losses["validation"] < best and taken > 0:
            best = losses["validation"]
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": taken}
            torch.save(state, os.path.join(given["out"], "checkpoint.pt"))
    if taken == steps:
        break
    for group in optimizer.param_groups:
        group["lr"] = rate_at(taken)
    optimizer.zero_grad(set_to_none=True)
    loss = model(*batch(parts["training"], given))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), given["clip"])
    optimizer.step()
    if not math.isfinite(loss.item()):
        sys.exit(f"the loss is {loss.item()} at step {taken}")
answer({"validation": losses["validation"]})
