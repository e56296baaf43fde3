"""TransformerLens' half of `npm run parity -- inspect`: random models, and what it finds inside them, in double precision.

Told lines of JSON, answers in lines of JSON (tools/parityInspect.ts asks):

    {"make": "gpt2" | "llama", "seed": …, "round": …, "folder": …}   writes a folder as save_pretrained does; answers what it found

TransformerLens 2.16.1 has the classic numbers. Its values are taken without folding, but where it needs folding to be exact
(what a part adds to a logit, which has the norm's gain in it) the folded model is asked.
"""

import contextlib
import json
import os
import sys

with contextlib.redirect_stdout(sys.stderr):
    import numpy
    import torch
    import transformer_lens
    import transformers
    from transformer_lens import HookedTransformer, HookedTransformerConfig, patching
    from transformer_lens.head_detector import detect_head
    from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights, convert_llama_weights

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


# Small models gain nothing from several threads, and lose on a busy machine.
torch.set_num_threads(1)


def gpt2(random):
    heads, each = int(random.randint(1, 5)), int(random.randint(2, 9))
    config = transformers.GPT2Config(
        vocab_size=int(random.randint(12, 60)),
        n_positions=int(random.randint(24, 40)),
        n_embd=heads * each,
        n_layer=int(random.randint(1, 4)),
        n_head=heads,
        n_inner=int(random.randint(8, 60)),
        tie_word_embeddings=bool(random.randint(2)),
        attn_pdrop=0, embd_pdrop=0, resid_pdrop=0,
        bos_token_id=0, eos_token_id=0,
    )
    sizes = dict(n_layers=config.n_layer, n_heads=heads, d_head=each, d_model=config.n_embd, d_mlp=config.n_inner)
    lens = dict(**sizes, n_ctx=config.n_positions, act_fn="gelu_new", normalization_type="LN")
    return transformers.GPT2LMHeadModel(config), lens, convert_gpt2_weights


def llama(random):
    shared, groups, each = int(random.randint(1, 4)), int(random.randint(1, 4)), 2 * int(random.randint(1, 5))
    heads = shared * groups
    config = transformers.LlamaConfig(
        vocab_size=int(random.randint(12, 60)),
        max_position_embeddings=int(random.randint(24, 40)),
        hidden_size=heads * each,
        num_hidden_layers=int(random.randint(1, 4)),
        num_attention_heads=heads,
        num_key_value_heads=shared,
        intermediate_size=int(random.randint(8, 60)),
        tie_word_embeddings=bool(random.randint(2)),
        rms_norm_eps=1e-5,
        bos_token_id=0, eos_token_id=0, pad_token_id=None,
    )
    lens = dict(
        n_layers=config.num_hidden_layers, n_heads=heads, d_head=each, d_model=config.hidden_size,
        d_mlp=config.intermediate_size, n_ctx=config.max_position_embeddings, act_fn="silu", normalization_type="RMS",
        positional_embedding_type="rotary", rotary_dim=each, rotary_adjacent_pairs=False, rotary_base=10000,
        gated_mlp=True, final_rms=True, n_key_value_heads=shared if groups > 1 else None,
    )
    return transformers.LlamaForCausalLM(config), lens, convert_llama_weights


def make(row, seed, round, folder):
    random = numpy.random.RandomState((seed * 1000003 + round) % 2**32)
    torch.manual_seed(int(random.randint(2**31)))
    theirs, settings, converted = {"gpt2": gpt2, "llama": llama}[row](random)
    with torch.no_grad():
        for name, weight in theirs.named_parameters():
            is_gain = "norm" in name or ".ln_" in name
            weight.normal_(1 if is_gain and name.endswith("weight") else 0, 0.3)
    theirs.save_pretrained(folder)
    vocab = theirs.config.vocab_size
    settings |= dict(d_vocab=vocab, eps=1e-5, dtype=torch.float64, device="cpu", attn_only=False, seed=0)
    config = HookedTransformerConfig(**settings)
    made = converted(theirs.double(), config)
    model, folded = HookedTransformer(config), HookedTransformer(config)
    model.load_state_dict(made, strict=False)
    folded.load_and_process_state_dict(
        {**model.state_dict(), **{name: weight.clone() for name, weight in made.items()}},
        fold_ln=True, center_writing_weights=False, center_unembed=False, fold_value_biases=False,
    )
    processed = HookedTransformer(config)
    processed.load_and_process_state_dict(
        {**model.state_dict(), **{name: weight.clone() for name, weight in made.items()}},
        fold_ln=True, center_writing_weights=True, center_unembed=True, fold_value_biases=True,
    )
    length = int(random.randint(9, 20))
    ids = random.randint(0, vocab, length)
    # Some tokens come again, so that there is something to detect.
    ids[length // 2 :] = numpy.where(random.rand(length - length // 2) < 0.7, ids[: length - length // 2], ids[length // 2 :])
    corrupt = ids.copy()
    corrupt[length - 2] = (corrupt[length - 2] + 1 + random.randint(vocab - 1)) % vocab
    token, against = (int(each) for each in random.choice(vocab, 2, replace=False))
    clean = torch.tensor(ids)[None]
    return {
        "ids": ids.tolist(), "corrupt": corrupt.tolist(), "token": token, "against": against,
        "stream": stream_of(folded, clean, token, against),
        "lens": lens_of(model, clean, token),
        "heads": detected(model, clean),
        "circuits": circuits_of(model),
        "folded": said_by(processed, clean),
        "patches": patched(model, clean, torch.tensor(corrupt)[None], token, against),
        "edges": edges_of(model, clean, torch.tensor(corrupt)[None], token, against),
    }


@torch.no_grad()
def stream_of(model, ids, token, against):
    """The parts of the stream at the last position, and what each adds to a logit and to a difference of two."""
    _, cache = model.run_with_cache(ids)
    stack, labels = cache.get_full_resid_decomposition(layer=-1, expand_neurons=False, return_labels=True, pos_slice=-1)
    scaled = cache.apply_ln_to_stack(stack, layer=-1, pos_slice=-1)[:, 0]
    added = scaled @ model.W_U
    return {
        "labels": labels,
        "norms": stack[:, 0].norm(dim=-1).tolist(),
        "token": added[:, token].tolist(),
        "difference": (added[:, token] - added[:, against]).tolist(),
        "const": [model.b_U[token].item(), (model.b_U[token] - model.b_U[against]).item()],
    }


@torch.no_grad()
def lens_of(model, ids, token):
    """At each position, of the stream before the first block and after each: by its own scale, and by the final one."""
    logits, cache = model.run_with_cache(ids)
    final = logits[0].log_softmax(-1)
    states = [cache["resid_pre", 0]] + [cache["resid_post", layer] for layer in range(model.cfg.n_layers)]

    def row(logits):
        shares = logits.log_softmax(-1)
        return {
            "entropy": (-(shares.exp() * shares).sum(-1)).tolist(),
            "divergence": (final.exp() * (final - shares)).sum(-1).tolist(),
            "rank": (logits > logits[:, token : token + 1]).sum(-1).tolist(),
            "logit": logits[:, token].tolist(),
        }

    norm, last = model.ln_final, states[-1][0]
    centred = (lambda x: x - x.mean(-1, keepdim=True)) if model.cfg.normalization_type == "LN" else (lambda x: x)
    scale = (centred(last).pow(2).mean(-1, keepdim=True) + model.cfg.eps).sqrt()
    gain, shift = norm.w, getattr(norm, "b", 0)
    return {
        "own": [row(model.unembed(norm(state))[0]) for state in states],
        "final": [row(model.unembed((centred(state[0]) / scale * gain + shift)[None])[0]) for state in states],
    }


@torch.no_grad()
def said_by(model, ids):
    """ln p (position, vocab) of what comes next."""
    return model(ids)[0].log_softmax(-1).tolist()


def detected(model, ids):
    """Scores (layer, head) of the three kinds of heads that it detects, by both of its measures, of all cells and of some."""
    kinds = {"previous": "previous_token_head", "duplicate": "duplicate_token_head", "induction": "induction_head"}
    # It has no tokenizer, and needs none: these are ids.
    model.to_tokens = lambda tokens, **_: tokens

    def fresh():
        # What it excludes it writes into the cache.
        return model.run_with_cache(ids, remove_batch_dim=True)[1]

    return [
        {"excludeFirst": first, "excludeCurrent": current}
        | {
            measure: {
                name: detect_head(
                    model, ids, kind, cache=fresh(), error_measure=measure, exclude_bos=first, exclude_current_token=current,
                ).tolist()
                for name, kind in kinds.items()
            }
            for measure in ("mul", "abs")
        }
        for first in (False, True)
        for current in (False, True)
    ]


@torch.no_grad()
def circuits_of(model):
    """Composition (layer, head, layer, head), eigenvalues' scores and singular values (layer, head, …)."""

    def copying(factored):
        values = factored.eigenvalues
        return (values.sum(-1).real / values.abs().sum(-1)).tolist()

    embedded = model.W_E
    layers, heads = range(model.cfg.n_layers), range(model.cfg.n_heads)
    return {
        "composition": {kind: model.all_composition_scores(kind).tolist() for kind in "QKV"},
        "ov": copying(model.OV),
        "fullOv": [[copying(embedded @ model.OV[layer, head] @ model.W_U) for head in heads] for layer in layers],
        "qk": copying(model.QK),
        "fullQk": [[copying(embedded @ model.QK[layer, head] @ embedded.T) for head in heads] for layer in layers],
        "singular": model.OV.S.tolist(),
        "tokenOv": [[(embedded @ model.OV[layer, head].AB @ model.W_U).tolist() for head in heads] for layer in layers],
        "tokenQk": [[(embedded @ model.QK[layer, head].AB @ embedded.T).tolist() for head in heads] for layer in layers],
        # What it calls Vh is V.
        "directions": [[(model.OV[layer, head].svd()[2][:, :2].T @ model.W_U).tolist() for head in heads] for layer in layers],
    }


def patched(model, clean, corrupt, token, against):
    """Each value of the corrupt run replaced by the clean run's; 1 is the clean run's difference of logits, 0 the corrupt one's."""

    def metric(logits):
        return logits[0, -1, token] - logits[0, -1, against]

    with torch.no_grad():
        before, cache = model.run_with_cache(clean)
        after = metric(model(corrupt))
        whole = metric(before) - after
        streams = patching.get_act_patch_resid_pre(model, corrupt, cache, metric)
        heads = patching.get_act_patch_attn_head_out_all_pos(model, corrupt, cache, metric)
        attention = patching.get_act_patch_attn_out(model, corrupt, cache, metric)
        mlp = patching.get_act_patch_mlp_out(model, corrupt, cache, metric)
    kept, gradients = {}, {}
    names = [f"blocks.{layer}.attn.hook_z" for layer in range(model.cfg.n_layers)]
    with model.hooks(
        [(name, lambda z, hook: kept.update({hook.name: z.detach()})) for name in names],
        [(name, lambda gradient, hook: gradients.update({hook.name: gradient.detach()})) for name in names],
    ):
        metric(model(corrupt)).backward()
    estimates = [((cache[name] - kept[name]) * gradients[name]).sum((0, 1, 3)) for name in names]
    return {
        "clean": metric(before).item(),
        "corrupt": after.item(),
        "streams": ((streams - after) / whole).tolist(),
        "attention": ((attention - after) / whole).tolist(),
        "mlp": ((mlp - after) / whole).tolist(),
        "heads": ((heads - after) / whole).tolist(),
        "estimates": (torch.stack(estimates) / whole).tolist(),
        **{kind: patched_heads(model, corrupt, cache, metric, kind) for kind in ("q", "k", "v", "pattern")},
    }


def patched_heads(model, corrupt, cache, metric, kind):
    """What each head's queries, keys, values or pattern of the clean run do to the metric: of keys and values that heads share, once."""

    def changed(layer, head):
        name = f"blocks.{layer}.attn.hook_{kind}"

        def put(value, hook):
            at = (slice(None), head) if kind == "pattern" else (slice(None), slice(None), head)
            value[at] = cache[name][at]
            return value

        with torch.no_grad():
            return metric(model.run_with_hooks(corrupt, fwd_hooks=[(name, put)])).item()

    heads = (model.cfg.n_key_value_heads if kind in "kv" else None) or model.cfg.n_heads
    with torch.no_grad():
        before = metric(model(corrupt)).item()
    return [[changed(layer, head) - before for head in range(heads)] for layer in range(model.cfg.n_layers)]


def edges_of(model, clean, corrupt, token, against):
    """What the metric of the corrupt run gains where one reader reads the clean run's write of one writer, and no other reader does; and
    the estimates of that by the gradient at what the reader reads. By writer and reader."""
    model.set_use_split_qkv_input(True)
    model.set_use_hook_mlp_in(True)
    layers = range(model.cfg.n_layers)

    def metric(logits):
        return logits[0, -1, token] - logits[0, -1, against]

    with torch.no_grad():
        (_, there), (logits, here) = model.run_with_cache(clean), model.run_with_cache(corrupt)
    base = metric(logits).item()
    writes = [(-1, "token", there["hook_embed"] - here["hook_embed"])]
    for layer in layers:
        z = f"blocks.{layer}.attn.hook_z"
        for head, weight in enumerate(model.W_O[layer]):
            writes.append((2 * layer, f"attention {layer} {head}", (there[z] - here[z])[:, :, head] @ weight))
        out = f"blocks.{layer}.hook_mlp_out"
        writes.append((2 * layer + 1, f"mlp {layer}", there[out] - here[out]))
    # The place of a reader in the stream, its name, its hook, and its head there.
    readers = [
        (2 * layer, f"{name} {layer} {head}", f"blocks.{layer}.hook_{name[0]}_input", head)
        for layer in layers
        for name in ("query", "key", "value")
        for head in range(here[f"blocks.{layer}.attn.hook_{name[0]}"].shape[2])
    ]
    readers += [(2 * layer + 1, f"mlp {layer}", f"blocks.{layer}.hook_mlp_in", None) for layer in layers]
    readers.append((2 * model.cfg.n_layers, "logits", f"blocks.{model.cfg.n_layers - 1}.hook_resid_post", None))
    slopes = {}
    hooks = [(name, lambda slope, hook: slopes.update({hook.name: slope.detach()})) for name in {each[2] for each in readers}]
    with model.hooks([], hooks):
        metric(model(corrupt)).backward()

    def patched_at(name, head, write):
        def add(read, hook):
            read = read.clone()
            if head is None:
                return read + write
            read[:, :, head] += write
            return read

        with torch.no_grad():
            return metric(model.run_with_hooks(corrupt, fwd_hooks=[(name, add)])).item() - base

    exact, estimates = {}, {}
    for place, writer, write in writes:
        later = [reader for reader in readers if reader[0] > place]
        # The others are estimated only: each is a run.
        if writer.startswith("attention"):
            exact[writer] = {name: patched_at(hook, head, write) for _, name, hook, head in later}
        estimates[writer] = {
            name: (write * (slopes[hook] if head is None else slopes[hook][:, :, head])).sum().item()
            for _, name, hook, head in later
        }
    return {"exact": exact, "estimates": estimates}


out = sys.stdout
sys.stdout = sys.stderr


def answer(values):
    print(json.dumps(values), file=out, flush=True)


os.environ["TQDM_DISABLE"] = "1"
answer({"versions": {"transformer_lens": getattr(transformer_lens, "__version__", "2.16.1"), "torch": torch.__version__.split("+")[0]}, "rows": ["gpt2", "llama"]})
for line in sys.stdin:
    asked = json.loads(line)
    answer(make(asked["make"], asked["seed"], asked["round"], asked["folder"]))
