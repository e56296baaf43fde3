# Looking inside GPT-2 124M with random weights by TransformerLens (2.16.1) on PyTorch: all patterns and streams of a text, the logit
# lens at all layers, the loss without each head, and what each head's part in a difference of logits is by its gradient.

import torch
from torch_work import job, work
from transformer_lens import HookedTransformer, HookedTransformerConfig

given = job()
model = HookedTransformer(
    HookedTransformerConfig(
        n_layers=12, d_model=768, n_heads=12, d_head=64, n_ctx=1024, d_vocab=50257, d_mlp=3072, act_fn="gelu_new", seed=0
    )
).eval()
layers, heads, vocab = model.cfg.n_layers, model.cfg.n_heads, model.cfg.d_vocab
length = given["tokens"]
clean = torch.tensor([[i * 7919 % vocab for i in range(length)]])
corrupt = clean.clone()
corrupt[0, length // 2] = 5
token, against = 11, 13


def patterns():
    names = {f"blocks.{layer}.{name}" for layer in range(layers) for name in ("attn.hook_pattern", "hook_resid_pre", "hook_resid_post")}
    with torch.inference_mode():
        model.run_with_cache(clean, return_type=None, names_filter=lambda name: name in names)


def lens():
    """Layer by layer, so that the logits of one layer only are held: entropy, divergence from the last, guess, rank of the next token."""
    names = {"blocks.0.hook_resid_pre"} | {f"blocks.{layer}.hook_resid_post" for layer in range(layers)}
    with torch.inference_mode():
        _, cache = model.run_with_cache(clean, return_type=None, names_filter=lambda name: name in names)
        final = None
        following = clean[0, 1:]
        for layer in reversed(range(-1, layers)):
            stream = cache["blocks.0.hook_resid_pre"] if layer < 0 else cache[f"blocks.{layer}.hook_resid_post"]
            logits = model.unembed(model.ln_final(stream))[0]
            shares = logits.log_softmax(-1)
            final = shares if final is None else final
            (-(shares.exp() * shares).sum(-1), (final.exp() * (final - shares)).sum(-1), shares.max(-1))
            (logits[:-1] > logits[:-1].gather(1, following[:, None])).sum(-1)


def ablate():
    def without(head):
        def hook(z, hook):
            z[:, :, head] = 0
            return z

        return hook

    with torch.inference_mode():
        for layer in range(layers):
            for head in range(heads):
                model.run_with_hooks(clean, return_type="loss", fwd_hooks=[(f"blocks.{layer}.attn.hook_z", without(head))])


def estimate():
    names = {f"blocks.{layer}.attn.hook_z" for layer in range(layers)}
    with torch.inference_mode():
        _, before = model.run_with_cache(clean, return_type=None, names_filter=lambda name: name in names)
    kept, gradients = {}, {}

    def keep(z, hook):
        kept[hook.name] = z.detach()
        return z

    def keep_gradient(gradient, hook):
        gradients[hook.name] = gradient.detach()

    with model.hooks([(name, keep) for name in names], [(name, keep_gradient) for name in names]):
        logits = model(corrupt)[0, -1]
        (logits[token] - logits[against]).backward()
    model.zero_grad()
    return [((before[name] - kept[name]) * gradients[name]).sum((0, 1, 3)).tolist() for name in sorted(names)] and None


def without_gradients():
    """Weights need none for the estimate; TransformerLens computes them all the same unless told otherwise."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    # The graph begins at the embeddings.
    model.hook_embed.register_forward_hook(lambda _module, _given, made: made.clone().requires_grad_(True))


if given["piece"] == "estimate":
    without_gradients()
work({"patterns": patterns, "lens": lens, "ablate": ablate, "estimate": estimate}[given["piece"]])
