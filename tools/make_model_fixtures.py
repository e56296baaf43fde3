"""Makes test/fixtures/models: what transformers makes of a small model of every architecture, with every option at least once.

    python -m venv somewhere && somewhere/bin/pip install torch transformers numpy
    somewhere/bin/python tools/make_model_fixtures.py [NAME …]    (from the root of the repository; all without names)

Weights are not stored; they are a formula (transformers_model.py). Of a gradient two sums are stored, each of its numbers
times those of another formula: a wrong gradient changes them. Running it again writes the same files.

test/fixtures/models/NAME.json
    madeWith      versions
    config        what stands in config.json
    seed          of the formula
    batch         {name: {"shape", "values"}}: ids, and what else the forward pass is given
    values        {address: {"axes", "shape", "values"}}
    loss          cross-entropy, or the mean of states · formula where a model has no loss
    gradients     {name: [Σ gradient · formula "first", Σ gradient · formula "second"]}
"""

import json
import sys
from pathlib import Path

import numpy
import torch
import transformers
from transformers_model import batch_for, build, outcome, uniform

FOLDER = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "models"

GPT2 = dict(architectures=["GPT2LMHeadModel"], model_type="gpt2", vocab_size=13, n_positions=8, n_layer=2, n_head=2,
            n_embd=10, n_inner=17, bos_token_id=None, eos_token_id=None)
LLAMA = dict(architectures=["LlamaForCausalLM"], model_type="llama", vocab_size=13, max_position_embeddings=32,
             num_hidden_layers=2, hidden_size=12, intermediate_size=17, num_attention_heads=2, num_key_value_heads=1,
             head_dim=6, bos_token_id=1, eos_token_id=2)
MISTRAL = LLAMA | dict(architectures=["MistralForCausalLM"], model_type="mistral", sliding_window=3)
QWEN2 = LLAMA | dict(architectures=["Qwen2ForCausalLM"], model_type="qwen2")
QWEN3 = LLAMA | dict(architectures=["Qwen3ForCausalLM"], model_type="qwen3", num_attention_heads=4, num_key_value_heads=2)
BERT = dict(architectures=["BertModel"], model_type="bert", vocab_size=13, max_position_embeddings=9, num_hidden_layers=2,
            hidden_size=12, num_attention_heads=3, intermediate_size=17, type_vocab_size=2, pad_token_id=0)
MARIAN = dict(architectures=["MarianMTModel"], model_type="marian", is_encoder_decoder=True, vocab_size=13,
              decoder_vocab_size=13, max_position_embeddings=16, d_model=12, encoder_layers=2, decoder_layers=1,
              encoder_attention_heads=3, decoder_attention_heads=2, encoder_ffn_dim=17, decoder_ffn_dim=11,
              activation_function="relu", scale_embedding=True, pad_token_id=12, decoder_start_token_id=12,
              eos_token_id=0, forced_eos_token_id=0)
WHISPER = dict(architectures=["WhisperForConditionalGeneration"], model_type="whisper", vocab_size=13, max_target_positions=8,
               max_source_positions=5, num_mel_bins=3, d_model=12, encoder_layers=2, decoder_layers=1,
               encoder_attention_heads=3, decoder_attention_heads=2, encoder_ffn_dim=17, decoder_ffn_dim=11,
               pad_token_id=12, decoder_start_token_id=11, bos_token_id=0, eos_token_id=0, begin_suppress_tokens=None)
VIT = dict(architectures=["ViTModel"], model_type="vit", hidden_size=12, num_hidden_layers=2, num_attention_heads=3,
           intermediate_size=17, image_size=8, patch_size=4, num_channels=2)
LABELS = dict(id2label={"0": "bad", "1": "middling", "2": "good"}, label2id={"bad": 0, "middling": 1, "good": 2})
DEIT = VIT | dict(architectures=["DeiTModel"], model_type="deit", num_hidden_layers=1)
DINOV2 = dict(architectures=["Dinov2Model"], model_type="dinov2", hidden_size=12, num_hidden_layers=1, num_attention_heads=2,
              mlp_ratio=2, image_size=8, patch_size=4, num_channels=3)
CLIP = dict(architectures=["CLIPModel"], model_type="clip", projection_dim=5, logit_scale_init_value=1.5,
            text_config=dict(model_type="clip_text_model", vocab_size=13, hidden_size=12, intermediate_size=17,
                             num_hidden_layers=2, num_attention_heads=3, max_position_embeddings=8, bos_token_id=0,
                             eos_token_id=11, pad_token_id=1),
            vision_config=dict(model_type="clip_vision_model", hidden_size=10, intermediate_size=11, num_hidden_layers=1,
                               num_attention_heads=2, num_channels=1, image_size=8, patch_size=4))
FACTORS = dict(short_factor=[1.0, 1.5, 2.0], long_factor=[1.0, 3.0, 7.0])


def rope(**fields):
    return dict(rope_parameters=dict(rope_theta=100.0, **fields))


CASES = {
    "gpt2-options": GPT2 | dict(activation_function="silu", tie_word_embeddings=False, layer_norm_epsilon=0.01,
                                scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True),
    "gpt2-unscaled": GPT2 | dict(activation_function="gelu", scale_attn_weights=False, n_head=1, n_inner=None),
    "gpt2-model": GPT2 | dict(architectures=["GPT2Model"], activation_function="relu", n_layer=1),
    "llama": LLAMA,
    "llama-biases": LLAMA | dict(attention_bias=True, mlp_bias=True, hidden_act="gelu", rms_norm_eps=0.01,
                                 num_key_value_heads=2, head_dim=4, tie_word_embeddings=True),
    "llama-linear": LLAMA | dict(rope_theta=50.0, rope_scaling=dict(type="linear", factor=2.5), num_hidden_layers=1),
    "llama-dynamic": LLAMA | rope(rope_type="dynamic", factor=2.0) | dict(max_position_embeddings=4, num_hidden_layers=1),
    "llama-dynamic-short": LLAMA | rope(rope_type="dynamic", factor=2.0) | dict(num_hidden_layers=1),
    "llama-yarn": LLAMA | rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=64)
                  | dict(num_hidden_layers=1, head_dim=8),
    "llama-yarn-options": LLAMA | rope(rope_type="yarn", factor=4.0, original_max_position_embeddings=64, beta_fast=4,
                                       beta_slow=0.5, mscale=0.7, mscale_all_dim=0.4, truncate=False)
                          | dict(num_hidden_layers=1, head_dim=8),
    "llama-longrope": LLAMA | rope(rope_type="longrope", original_max_position_embeddings=4, **FACTORS)
                      | dict(num_hidden_layers=1),
    "llama-longrope-short": LLAMA | rope(rope_type="longrope", original_max_position_embeddings=16, factor=2.0,
                                         attention_factor=1.5, **FACTORS) | dict(num_hidden_layers=1),
    "llama-llama3": LLAMA | rope(rope_type="llama3", factor=8.0, original_max_position_embeddings=16, low_freq_factor=1.0,
                                 high_freq_factor=4.0) | dict(num_hidden_layers=1, head_dim=8),
    "mistral": MISTRAL,
    "mistral-everywhere": MISTRAL | dict(sliding_window=None, num_hidden_layers=1, tie_word_embeddings=True),
    "qwen2": QWEN2 | dict(num_hidden_layers=1),
    "qwen2-window": QWEN2 | dict(use_sliding_window=True, sliding_window=2, max_window_layers=1, tie_word_embeddings=True),
    "qwen3": QWEN3 | dict(use_sliding_window=True, sliding_window=3,
                          layer_types=["sliding_attention", "full_attention"]),
    "qwen3-biases": QWEN3 | dict(attention_bias=True, num_hidden_layers=1, hidden_act="relu2", tie_word_embeddings=True),
    "bert": BERT,
    "bert-unpooled": BERT | dict(has_pooling_layer=False, num_hidden_layers=1, hidden_act="relu", type_vocab_size=1,
                                 layer_norm_eps=0.01),
    "bert-masked": BERT | dict(architectures=["BertForMaskedLM"], num_hidden_layers=1, hidden_act="gelu_new"),
    "bert-masked-untied": BERT | dict(architectures=["BertForMaskedLM"], num_hidden_layers=1, tie_word_embeddings=False),
    "bert-classifying": BERT | dict(architectures=["BertForSequenceClassification"], num_hidden_layers=1,
                                    id2label={"0": "bad", "1": "middling", "2": "good"},
                                    label2id={"bad": 0, "middling": 1, "good": 2}),
    "marian": MARIAN,
    "marian-apart": MARIAN | dict(decoder_vocab_size=11, share_encoder_decoder_embeddings=False, pad_token_id=10,
                                  decoder_start_token_id=10, activation_function="swish", scale_embedding=False,
                                  d_model=6, encoder_layers=1),
    "marian-untied": MARIAN | dict(tie_word_embeddings=False, activation_function="gelu", encoder_layers=1, d_model=15,
                                   decoder_attention_heads=5),
    "whisper": WHISPER,
    "whisper-untied": WHISPER | dict(tie_word_embeddings=False, activation_function="relu", encoder_layers=1, d_model=6,
                                     num_mel_bins=4, encoder_attention_heads=1),
    "vit": VIT | dict(pooler_output_size=7, pooler_act="relu"),
    "vit-options": VIT | dict(has_pooling_layer=False, image_size=[6, 9], patch_size=[2, 3], num_channels=1, qkv_bias=False,
                              hidden_act="gelu_new", layer_norm_eps=0.01, num_hidden_layers=1),
    "vit-larger": VIT | dict(num_hidden_layers=1, num_channels=1, image_size=12),
    "vit-classifying": VIT | LABELS | dict(architectures=["ViTForImageClassification"], num_hidden_layers=1),
    "deit": DEIT,
    "deit-classifying": DEIT | LABELS | dict(architectures=["DeiTForImageClassification"], num_channels=1),
    "deit-teacher": DEIT | LABELS | dict(architectures=["DeiTForImageClassificationWithTeacher"], num_channels=1),
    "dinov2": DINOV2 | dict(num_hidden_layers=2),
    "dinov2-gated": DINOV2 | dict(use_swiglu_ffn=True, num_channels=1),
    "dinov2-larger": DINOV2 | dict(num_channels=1, image_size=12, layer_norm_eps=0.01),
    "dinov2-classifying": DINOV2 | LABELS | dict(architectures=["Dinov2ForImageClassification"], num_channels=1, qkv_bias=False),
    "clip": CLIP,
    # The end token that all files had before 2023, and pictures larger than it learnt from.
    "clip-older": CLIP | dict(text_config=CLIP["text_config"] | dict(eos_token_id=2, num_hidden_layers=1, hidden_act="gelu"),
                              vision_config=CLIP["vision_config"] | dict(layer_norm_eps=0.01, hidden_act="relu")),
}



# Pictures of other sizes than their models learnt from: rows and columns.
PICTURES = {"vit-larger": (12, 9), "dinov2-larger": (13, 8), "clip-older": (12, 8)}


def array(value, axes=None):
    """Numbers with seven digits."""
    value = torch.as_tensor(value)
    numbers = [float(f"{number:.7g}") for number in value.double().flatten().tolist()]
    numbers = [int(number) if number.is_integer() else number for number in numbers]
    return {**({"axes": list(axes)} if axes else {}), "shape": list(value.shape), "values": numbers}


def sums(gradient):
    weights = [torch.tensor(uniform(name, gradient.numel())) for name in ("first", "second")]
    return [float(f"{(gradient.flatten() * weight).sum().item():.8g}") for weight in weights]


def fixture(name, config):
    seed = name
    random = numpy.random.RandomState(sum(name.encode()))
    model = build(config, seed)
    batch = batch_for(config, random, picture=PICTURES.get(name))
    found = outcome(model, batch)
    return {
        "madeWith": {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__},
        "config": config,
        "seed": seed,
        "batch": {key: array(values) for key, values in batch.items()},
        "values": {address: array(value, axes) for address, (axes, value) in found["values"].items()},
        "loss": found["loss"],
        "gradients": {key: sums(gradient) for key, gradient in found["gradients"].items()},
    }


def write(path, fixture):
    """Writes JSON with one array to a line."""
    lines = []
    for key, value in fixture.items():
        if isinstance(value, dict) and key not in ("madeWith", "config"):
            inner = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in value.items())
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    path.write_text(text)
    print(f"{path.name}: {len(text) // 1000} kB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    for name, config in CASES.items():
        if wanted and name not in wanted:
            continue
        write(FOLDER / f"{name}.json", fixture(name, config))
