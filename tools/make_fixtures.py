"""Makes the stored results in test/fixtures that Cutaway is held to: those of PyTorch and of transformers.

    python -m venv somewhere && somewhere/bin/pip install torch transformers numpy
    somewhere/bin/python tools/make_fixtures.py            (from the root of the repository)

Everything is calculated in 64-bit floating point, from weights and inputs that are multiples of 1/64 and so exact in
any precision, and stored with eight digits: whatever differs by more than rounding is a mistake. Running it again
writes the same files.

An array is {"axes": [...], "shape": [...], "values": [...]}: values row by row, the last axis fastest. Weights and
their gradients keep the names and the layout that transformers gives them, and have no "axes".

test/fixtures/gpt2/NAME.json, one for each of CONFIGURATIONS below:
    madeWith          versions
    config            what stands in config.json
    ids, targets      (batch, position), unrelated to each other, so that a shift by one cannot hide
    weights           {name: array}, random everywhere, biases and norms too; the unembedding is transformer.wte.weight
    loss              mean cross-entropy over all positions
    logits            (batch, position, vocab)
    patterns          one per layer: (batch, head, position, source)
    residual          one per layer and one more, (batch, position, model): the embedding, then what each block leaves
    final             (batch, position, model): the last of these after the final norm
    gradients         {name: array}: of the loss, for every weight, before any clipping
    greedy            {"prompt": ids, "ids": prompt and continuation by generate(do_sample=False), "margin": the
                      smallest lead of a chosen token's logit over the next best}; only if the context has room for it
    training          AdamW on this one batch: {"rate", "betas", "epsilon", "decay", "clip": settings; "losses": before
                      each step, and after the last; "gradientNorms": at each step, before clipping; "weights": {name:
                      array} after the last, in odd.json only}. Decay is for arrays of two and more axes, embeddings
                      included. A bias of the keys has a gradient of zero but for rounding, which Adam blows up: do not
                      compare it (the middle third of attn.c_attn.bias)
test/fixtures/gpt2/folder/    the model of greedy.json as save_pretrained writes it, in 32 bits
test/fixtures/operations.json
    madeWith          versions
    cases             [{"operation", "settings", "inputs": {name: array}, "output": array, "upstream": array,
                      "gradients": {name: array}}]: the gradients are those of Σ output · upstream
"""

import json
import shutil
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
import transformers
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.activations import ACT2FN

FIXTURES = Path(__file__).resolve().parent.parent / "test" / "fixtures"
MADE_WITH = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}

# Awkward on purpose: odd sizes, a vocabulary just over a tile, one head, keys of five, an MLP that is not four times as
# wide, one sample, and fewer positions than the context has room for.
CONFIGURATIONS = {
    "even": dict(seed=0, vocab_size=11, n_positions=7, n_layer=2, n_head=2, n_embd=8, batch=2, positions=7),
    "onehead": dict(seed=1, vocab_size=65, n_positions=5, n_layer=1, n_head=1, n_embd=12, n_inner=19, batch=1,
                    positions=5),
    "odd": dict(seed=2, vocab_size=13, n_positions=9, n_layer=1, n_head=3, n_embd=15, n_inner=17, batch=3, positions=6),
    "greedy": dict(seed=30, vocab_size=17, n_positions=18, n_layer=2, n_head=2, n_embd=10, n_inner=24, batch=2,
                   positions=3),
}
PROMPT = [3, 14, 1, 5]
GREEDY_TOKENS = 12
TRAINING = dict(rate=1e-2, betas=[0.9, 0.99], epsilon=1e-8, decay=0.1, clip=1.0)
TRAINING_STEPS = 10


def array(tensor, *axes):
    """An array as it is stored."""
    values = [float(f"{value:.8g}") for value in tensor.detach().double().flatten().tolist()]
    values = [int(value) if value.is_integer() else value for value in values]
    named = {"axes": list(axes)} if axes else {}
    assert not axes or len(axes) == tensor.dim()
    return {**named, "shape": list(tensor.shape), "values": values}


def arrays(named_tensors):
    return {name: array(tensor) for name, tensor in named_tensors}


def normal(random, *shape):
    return torch.tensor(random.standard_normal(shape))


def exact(tensor):
    """Rounds to numbers that are the same in 32 bits, in 64, and in a few decimals."""
    return (64 * tensor).round() / 64


def random_model(settings, random):
    """A GPT-2 whose weights are all large enough to matter: a bias that is forgotten must show."""
    sizes = {name: value for name, value in settings.items() if name not in ("seed", "batch", "positions")}
    config = GPT2Config(
        **sizes,
        activation_function="gelu_new",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=None,
        eos_token_id=None,
    )
    config._attn_implementation = "eager"
    model = GPT2LMHeadModel(config).double().eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            values = normal(random, *weight.shape)
            if weight.dim() > 1:
                values = 0.4 * values
            elif ".ln_" in name and name.endswith("weight"):
                values = 1 + 0.3 * values
            else:
                values = 0.2 * values
            weight.copy_(exact(values))
    return model


def cross_entropy(model, ids, targets):
    return F.cross_entropy(model(ids).logits.flatten(0, 1), targets.flatten())


def inside(model, ids):
    """Logits, patterns and the residual stream; transformers itself does not show the stream after the last block."""
    streams = []
    hooks = [block.register_forward_hook(lambda _, __, out: streams.append(out[0] if isinstance(out, tuple) else out))
             for block in model.transformer.h]
    out = model(ids, output_attentions=True, output_hidden_states=True)
    for hook in hooks:
        hook.remove()
    stream = ("batch", "position", "model")
    return {
        "logits": array(out.logits, "batch", "position", "vocab"),
        "patterns": [array(pattern, "batch", "head", "position", "source") for pattern in out.attentions],
        "residual": [array(x, *stream) for x in [out.hidden_states[0], *streams]],
        "final": array(out.hidden_states[-1], *stream),
    }


def trained(model, ids, targets):
    """Ten steps of AdamW on one batch. Changes the model."""
    weights = list(model.parameters())
    groups = [
        {"params": [weight for weight in weights if weight.dim() >= 2], "weight_decay": TRAINING["decay"]},
        {"params": [weight for weight in weights if weight.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=TRAINING["rate"], betas=TRAINING["betas"], eps=TRAINING["epsilon"])
    losses, norms = [], []
    for _ in range(TRAINING_STEPS):
        optimizer.zero_grad()
        loss = cross_entropy(model, ids, targets)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(weights, TRAINING["clip"]).item())
        losses.append(loss.item())
        optimizer.step()
    losses.append(cross_entropy(model, ids, targets).item())
    return {**TRAINING, "losses": losses, "gradientNorms": norms}


def greedy(model):
    prompt = torch.tensor([PROMPT])
    ids = model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=GREEDY_TOKENS)
    best = model(ids).logits[0, len(PROMPT) - 1:-1].topk(2).values
    margin = (best[:, 0] - best[:, 1]).min().item()
    assert margin > 1e-2, f"a tie within rounding ({margin}): change the seed"
    return {"prompt": PROMPT, "ids": ids[0].tolist(), "margin": margin}


def gpt2(name, settings):
    random = numpy.random.RandomState(settings["seed"])
    model = random_model(settings, random)
    shape = (settings["batch"], settings["positions"])
    ids = torch.tensor(random.randint(0, settings["vocab_size"], shape))
    targets = torch.tensor(random.randint(0, settings["vocab_size"], shape))

    loss = cross_entropy(model, ids, targets)
    loss.backward()
    fixture = {
        "madeWith": MADE_WITH,
        "config": {key: value for key, value in model.config.to_diff_dict().items() if key != "transformers_version"},
        "ids": array(ids, "batch", "position"),
        "targets": array(targets, "batch", "position"),
        "weights": arrays(model.named_parameters()),
        "loss": loss.item(),
        **inside(model, ids),
        "gradients": arrays((weight, value.grad) for weight, value in model.named_parameters()),
    }
    if settings["n_positions"] >= len(PROMPT) + GREEDY_TOKENS:
        fixture["greedy"] = greedy(model)
        folder = FIXTURES / "gpt2" / "folder"
        shutil.rmtree(folder, ignore_errors=True)
        model.float().save_pretrained(folder)
        model.double()
    fixture["training"] = trained(model, ids, targets)
    if name == "odd":
        fixture["training"]["weights"] = arrays(model.named_parameters())
    write(FIXTURES / "gpt2" / f"{name}.json", fixture)


def case(operation, settings, inputs, function, random):
    """One operation: its output, and its gradient with respect to every floating-point input."""
    for value in inputs.values():
        value.requires_grad_(value.is_floating_point())
    output = function(**inputs)
    upstream = exact(normal(random, *output.shape))
    output.backward(upstream)
    return {
        "operation": operation,
        "settings": settings,
        "inputs": arrays(inputs.items()),
        "output": array(output),
        "upstream": array(upstream),
        "gradients": arrays((name, value.grad) for name, value in inputs.items() if value.grad is not None),
    }


def operations(seed):
    random = numpy.random.RandomState(seed)
    rows = lambda *shape: exact(2 * normal(random, *shape))
    spread = torch.tensor([-30.0, -6, -3, -1.5, -0.75, -0.125, 0, 0.125, 0.75, 1.5, 3, 6, 30]).double()
    ids = lambda bound, *shape: torch.tensor(random.randint(0, bound, shape))
    steep = torch.tensor([[1000.0, 999, -1000, 0], [-1000, -1000, -1000, -1001]]).double()

    def attention(query, key, value):
        return F.scaled_dot_product_attention(query, key, value, is_causal=True)

    def padded_attention(query, key, value):
        keep = torch.arange(5) < torch.tensor([5, 3])[:, None, None, None]
        return F.scaled_dot_product_attention(query, key, value, attn_mask=keep, scale=0.4)

    def smoothed(logits, targets):
        return F.cross_entropy(logits, targets, reduction="none", ignore_index=-1, label_smoothing=0.1)

    cases = [
        case("softmax", {"over": 1}, {"x": rows(3, 5)}, lambda x: F.softmax(x, 1), random),
        case("softmax", {"over": 0}, {"x": rows(3, 5)}, lambda x: F.softmax(x, 0), random),
        case("softmax", {"over": 1}, {"x": steep.clone()}, lambda x: F.softmax(x, 1), random),
        case("logSoftmax", {"over": 1}, {"x": rows(2, 7)}, lambda x: F.log_softmax(x, 1), random),
        case("logSoftmax", {"over": 1}, {"x": steep.clone()}, lambda x: F.log_softmax(x, 1), random),
        case("layerNorm", {"over": 1, "epsilon": 1e-5}, {"x": rows(3, 7), "scale": rows(7), "shift": rows(7)},
             lambda x, scale, shift: F.layer_norm(x, (7,), scale, shift, 1e-5), random),
        case("rmsNorm", {"over": 1, "epsilon": 1e-6}, {"x": rows(3, 7), "scale": rows(7)},
             lambda x, scale: F.rms_norm(x, (7,), scale, 1e-6), random),
        case("gelu", {"form": "tanh"}, {"x": spread.clone()}, lambda x: F.gelu(x, approximate="tanh"), random),
        case("gelu", {"form": "erf"}, {"x": spread.clone()}, lambda x: F.gelu(x), random),
        case("silu", {}, {"x": spread.clone()}, lambda x: F.silu(x), random),
        case("crossEntropy", {"mean": True}, {"logits": rows(4, 6), "targets": ids(6, 4)},
             lambda logits, targets: F.cross_entropy(logits, targets), random),
        case("crossEntropy", {"mean": False}, {"logits": rows(3, 5), "targets": ids(5, 3)},
             lambda logits, targets: F.cross_entropy(logits, targets, reduction="none"), random),
        case("crossEntropy", {"mean": True}, {"logits": steep.clone(), "targets": torch.tensor([1, 3])},
             lambda logits, targets: F.cross_entropy(logits, targets), random),
        case("attention", {"causal": True, "axes": "(batch, head, position, key)"},
             {"query": rows(2, 2, 5, 3), "key": rows(2, 2, 5, 3), "value": rows(2, 2, 5, 3)}, attention, random),
        case("embedding", {"axes": "table (vocab, model), ids (position)"},
             {"table": rows(5, 3), "ids": torch.tensor([4, 0, 4, 2])},
             lambda table, ids: F.embedding(ids, table), random),
        case("crossEntropy", {"mean": False, "smoothing": 0.1},
             {"logits": rows(4, 7), "targets": torch.tensor([6, -1, 0, 3])}, smoothed, random),
        case("crossEntropy", {"mean": False, "smoothing": 0.1},
             {"logits": steep.clone(), "targets": torch.tensor([1, 3])}, smoothed, random),
        *(case(ours, {}, {"x": spread.clone()}, lambda x, f=ACT2FN[theirs]: f(x), random)
          for ours, theirs in [("quickGelu", "quick_gelu"), ("reluSquared", "relu2"), ("mish", "mish")]),
        case("attention", {"padded": [5, 3], "scale": 0.4, "axes": "(batch, head, position, key)"},
             {"query": rows(2, 2, 4, 3), "key": rows(2, 2, 5, 3), "value": rows(2, 2, 5, 3)}, padded_attention, random),
    ]
    write(FIXTURES / "operations.json", {"madeWith": MADE_WITH, "cases": cases})


def write(path, fixture):
    """Writes JSON with one array to a line, so that a change is seen where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def lines(value, indent):
        inner = indent + " "
        if isinstance(value, dict) and "values" not in value and value:
            parts = [f"{inner}{json.dumps(key)}: {lines(item, inner)}" for key, item in value.items()]
            return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "[\n" + ",\n".join(inner + lines(item, inner) for item in value) + f"\n{indent}]"
        return json.dumps(value, separators=(",", ":"))

    text = lines(fixture, "") + "\n"
    path.write_text(text)
    print(f"{path.relative_to(FIXTURES.parent.parent)}: {len(text) // 1000} kB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, settings in CONFIGURATIONS.items():
        gpt2(name, settings)
    operations(seed=100)
