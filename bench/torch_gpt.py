# GPT-2 in PyTorch, written as people who know nanoGPT write it: what Cutaway's speed is compared with.
# It is not trained for its own sake, so it holds no more than the comparison needs.
#
# B: batch, T: positions, C: width of the residual stream, H: heads

import math

import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    def __init__(self, job):
        super().__init__()
        self.heads, self.sdpa = job["head"], job.get("sdpa", False)
        self.query_key_value = nn.Linear(job["model"], 3 * job["model"])
        self.output = nn.Linear(job["model"], job["model"])
        mask = torch.ones(job["context"], job["context"]).tril() == 0
        self.register_buffer("hidden", mask, persistent=False)

    def forward(self, x, past):
        B, T, C = x.shape
        heads = (B, T, self.heads, C // self.heads)
        query, key, value = (part.view(heads).transpose(1, 2) for part in self.query_key_value(x).split(C, dim=2))
        if past is not None:
            key, value = (torch.cat(pair, dim=2) for pair in zip(past, (key, value)))
        # A single position is the last one: there is nothing after it to hide.
        if self.sdpa:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=T > 1)
        else:
            scores = query @ key.transpose(-2, -1) / math.sqrt(C // self.heads)
            if T > 1:
                scores = scores.masked_fill(self.hidden[:T, :T], -math.inf)
            mixed = F.softmax(scores, dim=-1) @ value
        return self.output(mixed.transpose(1, 2).contiguous().view(B, T, C)), (key, value)


class Block(nn.Module):
    def __init__(self, job):
        super().__init__()
        width = job["model"]
        self.attention_norm, self.attention = nn.LayerNorm(width), Attention(job)
        self.mlp_norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, past):
        mixed, present = self.attention(self.attention_norm(x), past)
        x = x + mixed
        return x + self.down(F.gelu(self.up(self.mlp_norm(x)))), present


class GPT(nn.Module):
    def __init__(self, job):
        super().__init__()
        self.token = nn.Embedding(job["vocab"], job["model"])
        self.place = nn.Embedding(job["context"], job["model"])
        self.blocks = nn.ModuleList(Block(job) for _ in range(job["layer"]))
        self.norm = nn.LayerNorm(job["model"])
        for name, weight in self.named_parameters():
            adds_to_stream = name.endswith(("output.weight", "down.weight"))
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * job["layer"]) if adds_to_stream else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def logits(self, ids, past=None):
        """The logits of all positions, and each block's keys and values, which are the next call's past."""
        start = 0 if past is None else past[0][0].shape[2]
        x = self.token(ids) + self.place(torch.arange(start, start + ids.shape[1]))
        presents = []
        for i, block in enumerate(self.blocks):
            x, present = block(x, None if past is None else past[i])
            presents.append(present)
        return F.linear(self.norm(x), self.token.weight), presents

    def forward(self, ids, targets):
        logits, _ = self.logits(ids)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def adamw(model, job):
    """AdamW, which makes matrices decay and nothing else."""
    weights = list(model.parameters())
    groups = [
        {"params": [weight for weight in weights if weight.dim() >= 2], "weight_decay": 0.1},
        {"params": [weight for weight in weights if weight.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), fused=job.get("fused") or None)


def batch(ids, job):
    """Windows of the text from random places, and the ids that follow each position."""
    context = job["context"]
    starts = torch.randint(len(ids) - context, (job["batch"],))
    return (torch.stack([ids[start + by : start + by + context] for start in starts]) for by in (0, 1))
