# Writing in PyTorch, token by token, with a cache of keys and values. When the context is full the text goes on with its
# last half, as Cutaway's does.

import torch

from torch_gpt import GPT
from torch_work import job, work

given = job()
model = GPT(given).eval()
context = given["context"]


@torch.inference_mode()
def write():
    window = [0]
    new, past = window, None
    for _ in range(given["tokens"]):
        logits, past = model.logits(torch.tensor([new]), past)
        token = torch.multinomial(logits[0, -1].softmax(-1), 1).item()
        if len(window) == context:
            window = [*window[context - context // 2 + 1 :], token]
            new, past = window, None
        else:
            window.append(token)
            new = [token]


work(write)
