# Training steps of a ViT on digits in PyTorch, written as people write it: draw a batch, each picture a pixel aside, forward, backward, clip,
# AdamW, read the loss.
#
# B: batch, T: the class token and the patches, C: width of the residual stream

import math

import torch
from torch import nn
from torch.nn import functional as F

from torch_gpt import adamw
from torch_work import job, work


class Attention(nn.Module):
    def __init__(self, job):
        super().__init__()
        self.heads, self.sdpa = job["head"], job.get("sdpa", False)
        self.query_key_value = nn.Linear(job["model"], 3 * job["model"])
        self.output = nn.Linear(job["model"], job["model"])

    def forward(self, x):
        B, T, C = x.shape
        heads = (B, T, self.heads, C // self.heads)
        query, key, value = (part.view(heads).transpose(1, 2) for part in self.query_key_value(x).split(C, dim=2))
        if self.sdpa:
            mixed = F.scaled_dot_product_attention(query, key, value)
        else:
            scores = query @ key.transpose(-2, -1) / math.sqrt(C // self.heads)
            mixed = F.softmax(scores, dim=-1) @ value
        return self.output(mixed.transpose(1, 2).contiguous().view(B, T, C))


class Block(nn.Module):
    def __init__(self, job):
        super().__init__()
        width = job["model"]
        self.attention_norm, self.attention = nn.LayerNorm(width), Attention(job)
        self.mlp_norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, job["hidden"]), nn.Linear(job["hidden"], width)

    def forward(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.down(F.gelu(self.up(self.mlp_norm(x)), approximate="tanh"))


class ViT(nn.Module):
    def __init__(self, job):
        super().__init__()
        width, patch = job["model"], job["patch"]
        self.patches = nn.Conv2d(1, width, patch, stride=patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.places = nn.Parameter(torch.randn(1, 1 + (job["side"] // patch) ** 2, width) / 2)
        self.blocks = nn.Sequential(*(Block(job) for _ in range(job["layer"])))
        self.norm, self.classes = nn.LayerNorm(width), nn.Linear(width, job["class"])

    def forward(self, pixels):
        x = self.patches(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], dim=1) + self.places
        return self.classes(self.norm(self.blocks(x))[:, 0])


given = job()
model = ViT(given)
optimizer = adamw(model, given)
pictures = torch.randint(256, (10_000, 1, given["side"], given["side"]), dtype=torch.uint8)
labels = torch.arange(len(pictures)) % given["class"]


def batch():
    chosen = torch.randint(len(pictures), (given["batch"],))
    pixels = (pictures[chosen].float() / 255 - 0.1307) / 0.3081
    wide = F.pad(pixels, (1, 1, 1, 1), mode="replicate")
    places = torch.randint(3, (2, len(chosen), 1)) + torch.arange(given["side"])
    rows = torch.arange(len(chosen))[:, None, None]
    return wide[rows, 0, places[0][:, :, None], places[1][:, None, :]].unsqueeze(1), labels[chosen]


def step():
    optimizer.zero_grad(set_to_none=True)
    pixels, wanted = batch()
    loss = F.cross_entropy(model(pixels), wanted)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1)
    optimizer.step()
    return loss.item()


work(step)
