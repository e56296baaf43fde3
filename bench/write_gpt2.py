# Writes what the peers of `npm run bench -- infer` read: GPT-2 124M with random weights as a Hugging Face folder, and as
# gpt2-f32.gguf for llama.cpp if the Python package gguf is there. Usage: python bench/write_gpt2.py FOLDER

import os
import sys

import torch
from transformers import GPT2Config, GPT2LMHeadModel

folder = sys.argv[1]
torch.manual_seed(0)
model = GPT2LMHeadModel(GPT2Config()).eval()
model.save_pretrained(os.path.join(folder, "gpt2"))


def tokens(vocab):
    """As many different texts as the vocabulary is large: llama.cpp wants some, and the bench none."""
    return [f"token {i}" for i in range(vocab - 1)] + ["<|endoftext|>"]


def write_gguf(path):
    import gguf

    config, weights = model.config, {name: weight.numpy() for name, weight in model.transformer.state_dict().items()}
    writer = gguf.GGUFWriter(path, "gpt2")
    writer.add_block_count(config.n_layer)
    writer.add_context_length(config.n_positions)
    writer.add_embedding_length(config.n_embd)
    writer.add_feed_forward_length(4 * config.n_embd)
    writer.add_head_count(config.n_head)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens(config.vocab_size))
    writer.add_token_merges(["t o"])
    writer.add_bos_token_id(config.vocab_size - 1)
    writer.add_eos_token_id(config.vocab_size - 1)
    names = {"wte": "token_embd", "wpe": "position_embd", "ln_f": "output_norm"}
    parts = {
        "ln_1": "attn_norm",
        "ln_2": "ffn_norm",
        "attn.c_attn": "attn_qkv",
        "attn.c_proj": "attn_output",
        "mlp.c_fc": "ffn_up",
        "mlp.c_proj": "ffn_down",
    }
    names |= {f"h.{i}.{own}": f"blk.{i}.{theirs}" for i in range(config.n_layer) for own, theirs in parts.items()}
    for name, weight in weights.items():
        part, _, kind = name.rpartition(".")
        if part not in names:
            continue
        # GPT-2's matrices have their inputs first, llama.cpp's their outputs.
        is_turned = weight.ndim == 2 and part.startswith("h.")
        writer.add_tensor(f"{names[part]}.{kind}", (weight.T if is_turned else weight).copy())
    writer.add_tensor("output.weight", weights["wte.weight"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


try:
    write_gguf(os.path.join(folder, "gpt2-f32.gguf"))
except ImportError:
    print("No gpt2-f32.gguf: this Python has no gguf.")
