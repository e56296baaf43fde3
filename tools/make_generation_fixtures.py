"""Makes test/fixtures/generation: what the `generate` of transformers writes with tiny models of random weights.

    somewhere/bin/python tools/make_generation_fixtures.py            (from the root of the repository)

See make_fixtures.py for what to install. Everything is calculated in 64-bit floating point, from weights that are multiples of
1/64 and so exact in any precision. Running it again writes the same files.

test/fixtures/generation/MODEL/    a folder as save_pretrained writes it, in 32 bits
test/fixtures/generation/MODEL.json
    madeWith    versions
    cases       [{"texts": prompts, or the sources of an encoder-decoder; "settings": as `generate` takes them;
                "found": for each text its sequences, the best first: {"ids": without the prompt or what a decoder begins
                with, without padding; "score": of a beam, or none}}]
test/fixtures/generation/kept.json     what drawing by chance keeps: [{"scores", "settings", "kept": ids}]
test/fixtures/generation/fields.json   the names of all fields of `GenerationConfig`
"""

import json
import shutil
from pathlib import Path

import numpy
import torch
import transformers
from transformers import (
    GenerationConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MarianConfig,
    MarianMTModel,
)

FIXTURES = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "generation"
MADE_WITH = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
# Those whose texts vary and end now and then.
SEEDS = {"gpt2": 50, "llama": 24, "marian": 1}
PAD = 0
END = 3

GREEDY = [
    dict(max_new_tokens=32),
    dict(max_new_tokens=32, eos_token_id=END),
    dict(max_new_tokens=32, repetition_penalty=1.3),
    dict(max_new_tokens=32, repetition_penalty=0.8, eos_token_id=END),
    dict(max_new_tokens=32, no_repeat_ngram_size=2, eos_token_id=END),
    dict(max_new_tokens=24, no_repeat_ngram_size=1 + 2, min_new_tokens=9, eos_token_id=END),
    dict(max_new_tokens=16, bad_words_ids=[[5], [7], [END]], eos_token_id=END, forced_eos_token_id=END),
]
BEAMS = [
    dict(num_beams=4, max_new_tokens=32),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=4),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=4, early_stopping=True),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=4, early_stopping="never"),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=4, length_penalty=0.6),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=4, length_penalty=0.0),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=2, length_penalty=-1.5),
    dict(num_beams=4, max_new_tokens=32, eos_token_id=END, num_return_sequences=4, length_penalty=2.5,
         early_stopping="never"),
    dict(num_beams=4, max_new_tokens=20, eos_token_id=END, length_penalty=2.0, early_stopping=True),
    dict(num_beams=3, max_new_tokens=20, eos_token_id=[END, 8], num_return_sequences=3),
    dict(num_beams=5, max_new_tokens=12, eos_token_id=END, num_return_sequences=5, repetition_penalty=1.4),
    dict(num_beams=4, max_new_tokens=16, eos_token_id=END, num_return_sequences=2, no_repeat_ngram_size=2,
         min_new_tokens=6),
    dict(num_beams=4, max_new_tokens=10, eos_token_id=END, num_return_sequences=4, bad_words_ids=[[5], [7]],
         forced_eos_token_id=END, length_penalty=0.6),
    dict(num_beams=2, max_new_tokens=1, eos_token_id=END, num_return_sequences=2),
]
# What counts a text's tokens, or what stands in it, would count its padding too: each text is written alone.
ALONE = [
    dict(max_new_tokens=16, bad_words_ids=[[5, 9], [7, 7], [11, 4, 20]], eos_token_id=END),
    dict(max_new_tokens=16, bad_words_ids=[[id, id] for id in range(4, 29)] + [[END]], eos_token_id=END),
    dict(max_new_tokens=16, sequence_bias=[[[4], -3.0], [[9], 2.5], [[9, 12], 4.0], [[9, 9], -6.0], [[END], -1.5]],
         eos_token_id=END),
    dict(max_new_tokens=20, encoder_repetition_penalty=1.6, repetition_penalty=1.2, eos_token_id=END),
    dict(max_new_tokens=20, encoder_no_repeat_ngram_size=2, no_repeat_ngram_size=3, eos_token_id=END),
    dict(max_new_tokens=20, min_length=14, eos_token_id=END),
    dict(max_new_tokens=20, min_length=30, min_new_tokens=4, eos_token_id=END),
    dict(max_new_tokens=12, forced_bos_token_id=17, begin_suppress_tokens=[8, 9, 10, 17, 20], eos_token_id=END),
    dict(max_new_tokens=6, forced_eos_token_id=[END, 12], suppress_tokens=[END], eos_token_id=END),
    dict(max_new_tokens=12, suppress_tokens=[END, 6, 7, 8, 9], begin_suppress_tokens=[4, 10, 11, 12, 13], eos_token_id=END),
    dict(max_new_tokens=24, exponential_decay_length_penalty=[4, 1.3], eos_token_id=END),
    dict(max_new_tokens=24, exponential_decay_length_penalty=[2, 0.8], eos_token_id=[END, 8]),
    dict(max_new_tokens=12, remove_invalid_values=True, suppress_tokens=[5], bad_words_ids=[[7]], eos_token_id=END),
    dict(num_beams=3, max_new_tokens=14, num_return_sequences=3, bad_words_ids=[[5, 9], [7, 7]], renormalize_logits=True,
         eos_token_id=END),
    dict(num_beams=3, max_new_tokens=14, num_return_sequences=2, sequence_bias=[[[4], -3.0], [[9, 12], 4.0]],
         exponential_decay_length_penalty=[3, 1.1], eos_token_id=END),
    dict(num_beams=3, max_new_tokens=14, num_return_sequences=3, encoder_repetition_penalty=1.3,
         encoder_no_repeat_ngram_size=2, min_length=9, suppress_tokens=[6, 7], begin_suppress_tokens=[4, 9],
         eos_token_id=END),
    dict(num_beams=4, max_new_tokens=7, num_return_sequences=4, forced_bos_token_id=17, forced_eos_token_id=END,
         remove_invalid_values=True, renormalize_logits=True, eos_token_id=END),
]
# What drawing by chance keeps of some scores.
KEEPING = [
    dict(top_k=3), dict(top_p=0.7), dict(min_p=0.2), dict(typical_p=0.3), dict(typical_p=0.7), dict(typical_p=0.95),
    dict(epsilon_cutoff=0.08), dict(eta_cutoff=0.3), dict(eta_cutoff=0.05), dict(top_h=0.3), dict(top_h=0.8),
    dict(temperature=1.7, top_h=0.6, top_k=4), dict(temperature=0.6, top_k=6, top_p=0.9, min_p=0.05, typical_p=0.8),
    dict(temperature=1.4, top_p=0.95, typical_p=0.9, epsilon_cutoff=0.03, eta_cutoff=0.2),
]


def kept():
    """The tokens that are left of a row of scores, by transformers' own list of processors."""
    random = numpy.random.default_rng(7)
    model = next(models())[1]
    cases = []
    for i in range(4):
        scores = (random.standard_normal(12) * (0.5 + i) * 64).round() / 64
        for settings in KEEPING:
            config = GenerationConfig(**{"top_k": 0, **settings}, do_sample=True)
            model._prepare_special_tokens(config)
            processors = model._get_logits_processor(config, input_ids_seq_length=1)
            left = processors(torch.zeros((1, 1), dtype=torch.long), torch.tensor(scores)[None])[0]
            cases.append({"scores": scores.tolist(), "settings": settings,
                          "kept": [i for i, each in enumerate(left.tolist()) if each > -float("inf")]})
    return cases


def models():
    common = dict(bos_token_id=None, eos_token_id=None, pad_token_id=None)
    yield "gpt2", GPT2LMHeadModel(
        GPT2Config(vocab_size=29, n_positions=64, n_layer=2, n_head=2, n_embd=12, n_inner=20, **common)
    )
    yield "llama", LlamaForCausalLM(
        LlamaConfig(vocab_size=29, max_position_embeddings=64, num_hidden_layers=2, num_attention_heads=4,
                    num_key_value_heads=2, hidden_size=16, intermediate_size=20, **common)
    )
    yield "marian", MarianMTModel(
        MarianConfig(vocab_size=29, max_position_embeddings=48, encoder_layers=2, decoder_layers=2,
                     encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=20, decoder_ffn_dim=24,
                     d_model=12, scale_embedding=True, activation_function="swish", pad_token_id=PAD,
                     eos_token_id=END, decoder_start_token_id=PAD, forced_eos_token_id=None)
    )


def fill(model, random):
    """Weights that are all large enough to matter; embeddings smaller, lest every token is followed by itself,
    and a translator's attention, lest the source decides alone."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            values = torch.tensor(random.standard_normal(tuple(weight.shape)))
            if "embed_positions" in name:
                continue
            if any(part in name for part in ("wte", "wpe", "embed_tokens", "shared")):
                values = 0.3 * values
            elif "coder." in name and "_attn." in name:
                values = 0.3 * values
            elif ".fc" in name:
                values = 0.9 * values
            elif weight.dim() > 1:
                values = 0.6 * values
            elif "norm" in name.lower() or ".ln_" in name:
                values = (1 if name.endswith("weight") else 0) + 0.3 * values
            else:
                values = 0.2 * values
            weight.copy_((64 * values).round() / 64)


def texts_of(random, isEncoderDecoder):
    """Of unequal lengths, and without what pads or ends."""
    lengths = [5, 11, 1, 8] if isEncoderDecoder else [6, 1, 17, 9]
    texts = [random.integers(END + 1, 29, length).tolist() for length in lengths]
    return [text + [END] for text in texts] if isEncoderDecoder else texts


def padded(texts, isLeft):
    most = max(map(len, texts))
    gap = [[PAD] * (most - len(text)) for text in texts]
    ids = [g + text if isLeft else text + g for g, text in zip(gap, texts)]
    mask = [[0] * len(g) + [1] * len(t) if isLeft else [1] * len(t) + [0] * len(g) for g, t in zip(gap, texts)]
    return torch.tensor(ids), torch.tensor(mask)


def written(model, texts, settings):
    isEncoderDecoder = model.config.is_encoder_decoder
    ids, mask = padded(texts, isLeft=not isEncoderDecoder)
    config = GenerationConfig(**settings, do_sample=False, pad_token_id=PAD, decoder_start_token_id=PAD,
                              output_scores=True, return_dict_in_generate=True)
    output = model.generate(ids, attention_mask=mask, generation_config=config)
    begins = 1 if isEncoderDecoder else ids.shape[1]
    each = settings.get("num_return_sequences", 1)
    ends = settings.get("eos_token_id", [])
    ends = ends if isinstance(ends, list) else [ends]
    scores = getattr(output, "sequences_scores", None)
    found = []
    for row, sequence in enumerate(output.sequences[:, begins:].tolist()):
        stops = [i for i, id in enumerate(sequence) if id in ends]
        one = {"ids": sequence[: stops[0] + 1] if stops else sequence}
        if scores is not None:
            one["score"] = float(f"{scores[row]:.7g}")
        found.append(one)
    return [found[i : i + each] for i in range(0, len(found), each)]


def main():
    for name, model in models():
        random = numpy.random.default_rng(SEEDS[name])
        fill(model, random)
        folder = FIXTURES / name
        shutil.rmtree(folder, ignore_errors=True)
        model.generation_config = GenerationConfig()
        model.save_pretrained(folder)
        model = model.double().eval()
        texts = texts_of(random, model.config.is_encoder_decoder)
        cases = []
        for settings in GREEDY + BEAMS:
            # Runs that must not repeat are counted with the padding here, which does not belong to the text.
            if model.config.is_encoder_decoder or "no_repeat_ngram_size" in settings:
                settings = {**settings, "bad_words_ids": [[PAD]] + settings.get("bad_words_ids", [])}
            cases.append({"texts": texts, "settings": settings, "found": written(model, texts, settings)})
        for settings in ALONE:
            cases.append({"texts": texts, "settings": settings,
                          "found": [written(model, [text], settings)[0] for text in texts]})
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        path = FIXTURES / f"{name}.json"
        path.write_text(f'{{"madeWith":{json.dumps(MADE_WITH)},"cases":[\n{lines}\n]}}\n')
        print(f"{path.name}: {path.stat().st_size // 1000} kB; {sum(1 for c in cases for t in c['found'] for s in t if s['ids'][-1] == END)} ended")
    path = FIXTURES / "kept.json"
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in kept())
    path.write_text(f'{{"madeWith":{json.dumps(MADE_WITH)},"cases":[\n{lines}\n]}}\n')
    fields = sorted(vars(GenerationConfig()))
    (FIXTURES / "fields.json").write_text(json.dumps({"madeWith": MADE_WITH, "fields": fields}) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
