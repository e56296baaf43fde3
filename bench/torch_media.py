# Pictures and sound in PyTorch, by transformers: the classes of a picture, or what is said in some seconds, from its samples on.

import numpy as np
import torch
from transformers import ViTForImageClassification, WhisperFeatureExtractor, WhisperForConditionalGeneration

from torch_work import job, work

given = job()
noise = np.random.default_rng(0)


def seeing():
    model = ViTForImageClassification.from_pretrained(given["folder"]).eval()
    pixels = torch.rand(1, 3, given["side"], given["side"]) * 2 - 1
    return lambda: model(pixels).logits[0, 0].item()


def hearing():
    model = WhisperForConditionalGeneration.from_pretrained(given["folder"]).eval()
    extractor = WhisperFeatureExtractor.from_pretrained(given["folder"])
    samples = noise.random(given["seconds"] * extractor.sampling_rate, dtype=np.float32) - 0.5
    tokens = given["tokens"]

    def hear():
        features = extractor(samples, sampling_rate=extractor.sampling_rate, return_tensors="pt").input_features
        ids = model.generate(features, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, num_beams=1)
        assert ids.shape[1] >= tokens, ids.shape

    return hear


once = seeing() if given["task"] == "see" else hearing()
with torch.inference_mode():
    work(once)
