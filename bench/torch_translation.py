# Training steps of the encoder-decoder of Vaswani et al. 2017 in PyTorch, as translation.ts has them in Cutaway: post-norm,
# sinusoidal positions, one table of embeddings for all, label smoothing, padding that nothing looks at.
#
# B: batch, S: positions of a source, T: of a target, C: width of the residual stream, H: heads

import math

import torch
from torch import nn
from torch.nn import functional as F

from torch_work import job, work


class Attention(nn.Module):
    def __init__(self, job):
        super().__init__()
        self.heads = job["head"]
        width = job["model"]
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.output = nn.Linear(width, width)

    def forward(self, x, source, keep=None, causal=False):
        split = lambda part: part.unflatten(2, (self.heads, -1)).transpose(1, 2)
        query, key, value = split(self.query(x)), split(self.key(source)), split(self.value(source))
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=keep, is_causal=causal)
        return self.output(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, job, crosses):
        super().__init__()
        width = job["model"]
        self.attention, self.attention_norm = Attention(job), nn.LayerNorm(width)
        if crosses:
            self.cross, self.cross_norm = Attention(job), nn.LayerNorm(width)
        self.up, self.down, self.mlp_norm = nn.Linear(width, job["hidden"]), nn.Linear(job["hidden"], width), nn.LayerNorm(width)
        self.drop = nn.Dropout(job["dropout"])

    def forward(self, x, keep=None, memory=None):
        """Without a memory an encoder's, which sees both ways; with one a decoder's."""
        mixed = self.attention(x, x, causal=True) if memory is not None else self.attention(x, x, keep)
        x = self.attention_norm(x + self.drop(mixed))
        if memory is not None:
            x = self.cross_norm(x + self.drop(self.cross(x, memory, keep)))
        return self.mlp_norm(x + self.drop(self.down(F.relu(self.up(x)))))


class Translator(nn.Module):
    def __init__(self, job):
        super().__init__()
        width, longest = job["model"], max(job["source"], job["position"])
        self.token = nn.Embedding(job["vocab"], width)
        self.bias = nn.Parameter(torch.zeros(job["vocab"]))
        self.encoder = nn.ModuleList(Block(job, False) for _ in range(job["layer"]))
        self.decoder = nn.ModuleList(Block(job, True) for _ in range(job["layer"]))
        self.drop = nn.Dropout(job["dropout"])
        self.scale = math.sqrt(width)
        angles = torch.arange(longest)[:, None] / 10000 ** (torch.arange(0, width, 2) / width)
        self.register_buffer("places", torch.cat([angles.sin(), angles.cos()], dim=1), persistent=False)
        nn.init.normal_(self.token.weight, std=width**-0.5)

    def embed(self, ids):
        return self.drop(self.token(ids) * self.scale + self.places[: ids.shape[1]])

    def forward(self, source, lengths, ids, targets):
        keep = (torch.arange(source.shape[1]) < lengths[:, None])[:, None, None, :]
        memory = self.embed(source)
        for block in self.encoder:
            memory = block(memory, keep)
        x = self.embed(ids)
        for block in self.decoder:
            x = block(x, keep, memory)
        logits = F.linear(x, self.token.weight, self.bias)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1, label_smoothing=0.1)


given = job()
model = Translator(given)
weights = list(model.parameters())
groups = [
    {"params": [weight for weight in weights if weight.dim() >= 2], "weight_decay": 0.1},
    {"params": [weight for weight in weights if weight.dim() < 2], "weight_decay": 0.0},
]
optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), fused=given.get("fused") or None)
net = torch.compile(model) if given.get("compile") else model


def lengths(longest):
    return torch.randint(longest * 2 // 3, longest + 1, (given["batch"],))


def batch():
    source = torch.randint(given["vocab"], (given["batch"], given["source"]))
    ids = torch.randint(given["vocab"], (given["batch"], given["position"]))
    targets = torch.randint(given["vocab"], (given["batch"], given["position"]))
    targets[torch.arange(given["position"]) >= lengths(given["position"])[:, None]] = -1
    return source, lengths(given["source"]), ids, targets


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = net(*batch())
    loss.backward()
    optimizer.step()
    return loss.item()


work(step)
