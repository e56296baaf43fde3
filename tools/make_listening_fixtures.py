"""Makes test/fixtures/listening.json: what transformers' `generate` hears with a small random Whisper, and when.

    python tools/make_listening_fixtures.py

Weights are a formula (transformers_model.py); sounds are frames of one too. A sound is a window, shorter, or several; with
one beam and with several. Times are in frames.
"""

import json
from pathlib import Path

import numpy
import torch
from transformers import GenerationConfig
from transformers_model import build, uniform

CONFIG = dict(architectures=["WhisperForConditionalGeneration"], model_type="whisper", vocab_size=46, max_target_positions=24,
              max_source_positions=16, num_mel_bins=3, d_model=12, encoder_layers=1, decoder_layers=2,
              encoder_attention_heads=3, decoder_attention_heads=2, encoder_ffn_dim=17, decoder_ffn_dim=11,
              pad_token_id=24, decoder_start_token_id=25, bos_token_id=24, eos_token_id=24, begin_suppress_tokens=None,
              median_filter_width=5)
# 0 … 23 are texts, 24 ends one, 25 begins one, 26 and 27 are languages, 28 says that no times are written, the others are times.
GENERATION = dict(decoder_start_token_id=25, eos_token_id=24, pad_token_id=24, bos_token_id=24, no_timestamps_token_id=28,
                  max_initial_timestamp_index=6, suppress_tokens=[3], begin_suppress_tokens=[5, 24], return_timestamps=False,
                  lang_to_id={"<|de|>": 26, "<|en|>": 27}, is_multilingual=True, alignment_heads=[[0, 1], [1, 0], [1, 1]])
WINDOW = 2 * CONFIG["max_source_positions"]


def hear(seed, frames, heard, beams, has_times):
    model = build(CONFIG, seed, 0.7).float()
    suppressed = [3] if has_times else [3, *range(29, CONFIG["vocab_size"])]
    model.generation_config = GenerationConfig(**GENERATION | dict(suppress_tokens=suppressed))
    numbers = uniform(f"sound {seed}", frames * CONFIG["num_mel_bins"]).astype(numpy.float32)
    features = torch.tensor(numbers).reshape(1, frames, -1).transpose(1, 2)
    mask = (torch.arange(frames) < heard).long()[None]
    out = model.generate(features, attention_mask=mask, return_timestamps=has_times, return_token_timestamps=True,
                         return_segments=True, num_beams=beams, max_new_tokens=16)
    language = model.detect_language(features[..., :WINDOW], generation_config=model.generation_config).item()
    segments = [
        {
            "ids": segment["tokens"].tolist(),
            "from": round(float(segment["start"]) * 100),
            "to": round(float(segment["end"]) * 100),
            "begins": [round(float(time) * 100) for time in segment["token_timestamps"]],
        }
        for segment in out["segments"][0]
    ]
    return {"seed": seed, "frames": frames, "heard": heard, "beams": beams, "hasTimes": has_times, "suppressed": suppressed, "language": language,
            "segments": segments}


# The last two end before they must: what a search says of tokens behind the end must not matter.
CASES = [(0, WINDOW, WINDOW, 1, False), (1, WINDOW, 21, 1, True), (2, WINDOW, 21, 3, True), (3, 75, 75, 1, True),
         (57, WINDOW, WINDOW, 4, False), (7, WINDOW, 29, 3, True)]
torch.set_num_threads(1)
found = []
for seed, *case in CASES:
    found.append(hear(f"sound {seed}", *case))
    print(found[-1], flush=True)
path = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "listening.json"
path.write_text(json.dumps({"config": CONFIG, "generation": GENERATION, "heard": found}) + "\n")
