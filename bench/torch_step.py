# Training steps in PyTorch: draw a batch, forward, backward, AdamW, read the loss.

import torch

from torch_gpt import GPT, adamw, batch
from torch_work import job, work

given = job()
model = GPT(given)
optimizer = adamw(model, given)
net = torch.compile(model) if given.get("compile") else model
ids = torch.randint(given["vocab"], (100_000,))


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = net(*batch(ids, given))
    loss.backward()
    optimizer.step()
    return loss.item()


work(step)
