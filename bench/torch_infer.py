# GPT-2 124M with random weights in PyTorch, by transformers: greedy tokens after a prompt one by one with its cache, the time
# of the one in the middle; or the time of the prompt alone, with the logits of the last position.

import statistics
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from torch_work import job, work

given = job()
model = GPT2LMHeadModel(GPT2Config()).eval()
if given["weights"] == "bf16":
    model = model.bfloat16()
vocab = model.config.vocab_size
prompt = torch.tensor([[i * 7919 % vocab for i in range(given["prompt"])]])
first_counted = 8


@torch.inference_mode()
def write():
    stamps = [time.perf_counter()]
    ids, past = prompt, None
    for _ in range(given["tokens"]):
        given_past = {} if past is None else {"past_key_values": past}
        made = model(ids, use_cache=True, logits_to_keep=1, **given_past)
        ids, past = made.logits[:, -1:].argmax(-1), made.past_key_values
        stamps.append(time.perf_counter())
    each = [1000 * (after - before) for before, after in zip(stamps, stamps[1:])]
    return each[0] if len(each) == 1 else statistics.median(each[first_counted:])


work(write, measures_itself=True)
