# Writes what the peers of `npm run bench -- media` read: ViT-S/16 and Whisper tiny.en with random weights, as Hugging Face folders.
# Usage: python bench/write_media.py FOLDER

import os
import sys

import torch
from transformers import (
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)

folder = sys.argv[1]
torch.manual_seed(0)

vit = os.path.join(folder, "vit")
sizes = dict(hidden_size=384, num_hidden_layers=12, num_attention_heads=6, intermediate_size=1536, num_labels=1000)
ViTForImageClassification(ViTConfig(**sizes)).eval().save_pretrained(vit)
ViTImageProcessor().save_pretrained(vit)

whisper = os.path.join(folder, "whisper")
end = 50256
tokens = dict(decoder_start_token_id=end + 1, bos_token_id=end, pad_token_id=end, eos_token_id=end)
# The config's defaults are the sizes of tiny.
model = WhisperForConditionalGeneration(WhisperConfig(vocab_size=51864, **tokens)).eval()
for name, value in dict(is_multilingual=False, no_timestamps_token_id=50362, begin_suppress_tokens=None).items():
    setattr(model.generation_config, name, value)
model.save_pretrained(whisper)
WhisperFeatureExtractor().save_pretrained(whisper)
