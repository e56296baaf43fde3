#!/usr/bin/env python3
"""Log-mel frames and mel filters as transformers makes them, for test/sound: writes test/fixtures/sound.json.

The sounds are made of a few lines that test/sound/logMel.test.ts has too. The frames are those of the feature extractor's
double precision (its NumPy way); its PyTorch way is single precision throughout, and differs from it by up to 1e-4.

Usage: python tools/make_sound_fixtures.py
"""

import json
from pathlib import Path

import numpy as np
from transformers import WhisperFeatureExtractor
from transformers.audio_utils import mel_filter_bank


def sound(samples: int) -> np.ndarray:
    """Two tones, one of them gliding, with noise of a linear congruential generator, fading away."""
    state, noise = 1, []
    for _ in range(samples):
        state = (state * 1664525 + 1013904223) % 2**32
        noise.append(state / 2**32 - 0.5)
    n = np.arange(samples)
    tones = 0.3 * np.sin(0.05 * n + 30 * np.sin(0.001 * n)) + 0.2 * np.sin(0.4 * n)
    return ((tones + 0.02 * np.array(noise)) * np.exp(-n / 4000)).astype(np.float32)


def frames(samples: int, mels: int, every: int) -> dict:
    """Every so many-th frame of the log-mel frames of a sound in a window of one second."""
    extractor = WhisperFeatureExtractor(feature_size=mels, chunk_length=1)
    padded = np.zeros(extractor.n_samples, dtype=np.float32)
    heard = sound(samples)[: extractor.n_samples]
    padded[: len(heard)] = heard
    found = extractor._np_extract_fbank_features(padded[None], "cpu")[0].T
    return {"samples": samples, "mels": mels, "every": every, "frames": rounded(found[::every])}


def filters(rate: int, window: int, mels: int, lowest: float, highest: float) -> dict:
    """A bank of filters, a list of weights of every bin for each."""
    bank = mel_filter_bank(1 + window // 2, mels, lowest, highest, rate, norm="slaney", mel_scale="slaney")
    return {"rate": rate, "window": window, "mels": mels, "lowest": lowest, "highest": highest, "filters": rounded(bank.T)}


def rounded(rows: np.ndarray) -> list:
    return [[float(f"{x:.8g}") for x in row] for row in rows]


fixture = {
    "logMel": [frames(9000, 80, 9), frames(40000, 128, 33)],
    "melFilters": [filters(8000, 64, 6, 0, 4000), filters(16000, 100, 9, 80, 7600)],
}
path = Path(__file__).resolve().parent.parent / "test/fixtures/sound.json"
path.write_text(json.dumps(fixture) + "\n")
