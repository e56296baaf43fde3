"""What Hugging Face's transformers makes of a model: for make_model_fixtures.py and parity.py.

A model is described by a config.json with its `architectures`. Its weights are a formula of their names (`formula`), which
stands in TypeScript too (test/model/formula.ts): nothing has to be stored. They are multiples of 1/64, exact in any
precision, and large, norms and biases too, so that whatever is forgotten shows. All is computed in 64 bits, where transformers can.

Values have Cutaway's addresses and axes: "blocks.0.output" (batch, position, model), "blocks.0.attention.pattern" (batch,
head, position, source), "logits", "states", "pooled", "classes", "similarities". Weights and their gradients keep transformers' names.
"""

import re

import numpy
import torch
import torch.nn.functional as F
import transformers

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

STREAM = ("batch", "position", "model")
PATTERN = ("batch", "head", "position", "source")
NORMS = re.compile(r"((ln_\w+|norm\w*)\.weight|lambda1)$", re.IGNORECASE)
PREFIX = re.compile(r"^(transformer|model|bert|vit|deit|dinov2)\.")
PICTURES = ("ViT", "DeiT", "Dinov2")
# What these call their weights in memory, and in files.
STORED = {
    "ViT": [(r"(?<!encoder\.)\blayers?\.(\d)", r"encoder.layer.\1"), (r"attention\.q_proj", "attention.attention.query"),
            (r"attention\.k_proj", "attention.attention.key"), (r"attention\.v_proj", "attention.attention.value"),
            (r"attention\.o_proj", "attention.output.dense"), (r"mlp\.fc1", "intermediate.dense"),
            (r"mlp\.fc2", "output.dense")],
    "Dinov2": [(r"attention\.q_proj", "attention.attention.query"), (r"attention\.k_proj", "attention.attention.key"),
               (r"attention\.v_proj", "attention.attention.value"), (r"attention\.o_proj", "attention.output.dense"),
               (r"mlp\.(gate|up)_proj", r"mlp.weights_in"), (r"mlp\.down_proj", "mlp.weights_out")],
}


def uniform(name, count):
    """`count` numbers from −1 to 1, which depend on the name (FNV-1a) and on where they stand (murmur3's finaliser)."""
    key = 0x811C9DC5
    for byte in name.encode():
        key = ((key ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = (numpy.uint64(key) + numpy.arange(count, dtype=numpy.uint64) * numpy.uint64(0x9E3779B9)) & numpy.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        x = ((x ^ (x >> numpy.uint64(shift))) * numpy.uint64(factor)) & numpy.uint64(0xFFFFFFFF)
    return x / 2.0**31 - 1


def formula(name, shape, seed, size):
    """The values of the weight of this name, as transformers names it, whatever stands before the model's own names."""
    bare = PREFIX.sub("", name)
    values = uniform(f"{seed}/{bare}", int(numpy.prod(shape)))
    if NORMS.search(bare):
        values = 1 + 0.5 * values
    else:
        values = (0.35 if bare.endswith("bias") else size) * values
    return torch.tensor(numpy.floor(64 * values + 0.5) / 64).reshape(shape)


def build(json, seed, size=0.7):
    """The model of a config.json, with the formula's weights; `size`: the largest number in a matrix."""
    fields = {name: value for name, value in json.items() if name not in ("architectures", "model_type", "has_pooling_layer")}
    architecture = getattr(transformers, json["architectures"][0])
    config = architecture.config_class(**fields)
    config._attn_implementation = "eager"
    # Cutaway's field; here it is an argument.
    own = {"add_pooling_layer": False} if json.get("has_pooling_layer") is False else {}
    # These take their softmax in 32 bits whatever the rest has, and a masked score of 64 bits would overflow there.
    is_narrow = "rms_norm_eps" in config.to_dict() or json.get("reorder_and_upcast_attn")
    precision = torch.float32 if is_narrow else torch.float64
    model = architecture(config, **own).to(precision).eval()
    with torch.no_grad():
        for name, parts in by_stored_name(model, stored_of(model)).items():
            if len(parts) == 1:
                parts[0].copy_(formula(name, parts[0].shape, seed, size))
                continue
            rows = sum(part.shape[0] for part in parts)
            values = formula(name, [rows, *parts[0].shape[1:]], seed, size)
            for part, value in zip(parts, values.split([part.shape[0] for part in parts])):
                part.copy_(value)
    return model


def by_stored_name(model, weights):
    """Weights by the names that files have for them; some are kept as one, one above the other."""
    kind = type(model).__name__
    renamings = STORED["Dinov2" if kind.startswith("Dinov2") else "ViT"] if kind.startswith(PICTURES) else []
    found = {}
    for name, weight in weights.items():
        for pattern, replacement in renamings:
            name = re.sub(pattern, replacement, name)
        found.setdefault(name, []).append(weight)
    return found


def weights_of(model):
    """All that training may change of a checkpoint. Marian's last bias is no parameter there, but one of ours."""
    fixed = "encoder.embed_positions"
    return {name: weight for name, weight in stored_of(model).items() if fixed not in name}


def stored_of(model):
    """All that a checkpoint holds. Marian's sinusoids are computed, Whisper's are stored."""
    computed = "embed_positions" if type(model).__name__ == "MarianMTModel" else None
    weights = {name: weight for name, weight in model.named_parameters() if computed is None or computed not in name}
    return weights | {name: buffer for name, buffer in model.named_buffers() if name == "final_logits_bias"}


def outcome(model, batch):
    """Values inside the model and the gradient of a loss, for a batch of arrays as `batch_for` makes it."""
    given = {name: torch.tensor(values) for name, values in batch.items()}
    weights = weights_of(model)
    for weight in weights.values():
        weight.requires_grad_(True)
        weight.grad = None
    values, loss = run(model, given)
    loss.backward()
    grad = lambda weight: torch.zeros_like(weight) if weight.grad is None else weight.grad
    whole = lambda parts: grad(parts[0]) if len(parts) == 1 else torch.cat([grad(part) for part in parts])
    gradients = {name: whole(parts) for name, parts in by_stored_name(model, weights).items()}
    return {
        "values": {name: (axes, value.detach()) for name, (axes, value) in values.items()},
        "loss": loss.item(),
        "gradients": {name: gradient.detach() for name, gradient in gradients.items()},
    }


def run(model, given):
    kind = type(model).__name__
    asked = {"output_hidden_states": True, "output_attentions": True}
    if kind == "MarianMTModel":
        return run_translator(model, given, asked)
    if kind == "WhisperForConditionalGeneration":
        return run_listener(model, given, asked)
    if kind == "CLIPModel":
        return run_clip(model, given)
    if kind.startswith(PICTURES):
        return run_pictures(model, given, asked)
    if kind.startswith("Bert"):
        return run_encoder(model, given, asked)
    return run_decoder(model, given, asked)


def run_decoder(model, given, asked):
    """Left padding: `padding` says how many of a row are none of its text; `start`, how many places stand before it."""
    ids = given["ids"]
    inner = getattr(model, model.base_model_prefix, model)
    layers = inner.h if hasattr(inner, "h") else inner.layers
    mask = torch.arange(ids.shape[1]) >= given["padding"][:, None]
    places = (torch.arange(ids.shape[1]) - given["padding"][:, None]).clamp(min=0)
    if "start" in given:
        places = places + given["start"][:, None]
    streams, out = watch(layers, lambda: model(ids, attention_mask=mask.long(), position_ids=places, **asked))
    values = inside("", out.hidden_states[0], streams, out.attentions)
    values["norm.output"] = (STREAM, out.hidden_states[-1])
    # A model without an unembedding: its embedding is one.
    logits = out.logits if "logits" in out else out[0] @ model.get_input_embeddings().weight.T
    values["logits"] = (("batch", "position", "vocab"), logits)
    return values, cross_entropy(logits, given["targets"])


def run_encoder(model, given, asked):
    """Right padding: `lengths` says how many of a row are its text."""
    ids = given["ids"]
    inner = getattr(model, "bert", model)
    mask = torch.arange(ids.shape[1]) < given["lengths"][:, None]
    call = dict(attention_mask=mask.long(), token_type_ids=given["kinds"], **asked)
    streams, out = watch(inner.encoder.layer, lambda: model(ids, **call))
    at = "" if inner is model else "bert."
    values = inside(at, out.hidden_states[0], streams, out.attentions, first="embeddingNorm.output")
    if "logits" not in out:
        values["states"] = (STREAM, out.last_hidden_state)
        loss = (out.last_hidden_state * like(out.last_hidden_state, "states") * mask[..., None]).sum() / ids.numel()
        if out.pooler_output is not None:
            values["pooled"] = (("batch", "model"), out.pooler_output)
            loss = loss + (out.pooler_output * like(out.pooler_output, "pooled")).sum()
        return values, loss
    if out.logits.dim() == 2:
        values["classes"] = (("batch", "class"), out.logits)
        return values, F.cross_entropy(out.logits, given["labels"])
    values["logits"] = (("batch", "position", "vocab"), out.logits)
    return values, cross_entropy(out.logits, given["targets"])


def run_pictures(model, given, asked):
    """Pictures of the size of the config, or of another, for which places are interpolated."""
    pixels = given["pixels"].to(next(model.parameters()).dtype)
    inner = getattr(model, model.base_model_prefix, model)
    layers = inner.encoder.layer if hasattr(inner, "encoder") else inner.layers
    if not type(model).__name__.startswith("Dinov2"):
        asked = {**asked, "interpolate_pos_encoding": list(pixels.shape[2:]) != extents(model.config.image_size)}
    last = []
    hook = inner.layernorm.register_forward_hook(lambda _, __, out: last.append(out))
    streams, out = watch(layers, lambda: model(pixels, **asked))
    hook.remove()
    at = "" if inner is model else f"{model.base_model_prefix}."
    values = inside(at, out.hidden_states[0], streams, out.attentions)
    values[f"{at}norm.output"] = (STREAM, last[0])
    if "logits" in out:
        values["classes"] = (("batch", "class"), out.logits)
        return values, F.cross_entropy(out.logits, given["labels"].long())
    values["states"] = (STREAM, out.last_hidden_state)
    loss = (out.last_hidden_state * like(out.last_hidden_state, "states")).sum() / out.last_hidden_state[..., 0].numel()
    if out.pooler_output is not None:
        values["pooled"] = (("batch", "model"), out.pooler_output)
        loss = loss + (out.pooler_output * like(out.pooler_output, "pooled")).sum()
    return values, loss


def run_clip(model, given):
    """As many texts as pictures, each with its own; whatever stands behind a text's end is seen by nobody."""
    pixels = given["pixels"].to(next(model.parameters()).dtype)
    is_other = list(pixels.shape[2:]) != extents(model.config.vision_config.image_size)
    text, vision = model.text_model, model.vision_model
    call = lambda: model(given["ids"], pixels, return_loss=True, interpolate_pos_encoding=is_other)
    seen = {}
    def see(part, name, of=lambda _, out: out):
        return part.register_forward_hook(lambda _, given, out: seen.update({name: of(given, out)}))
    hooks = [see(text.embeddings, "textEncoder.embedded"), see(text.final_layer_norm, "textEncoder.norm.output"),
             see(vision.pre_layrnorm, "pictureEncoder.embeddingNorm.output")]
    for at, inner in (("textEncoder", text), ("pictureEncoder", vision)):
        for layer, block in enumerate(inner.encoder.layers):
            hooks.append(see(block, f"{at}.blocks.{layer}.output"))
            hooks.append(see(block.self_attn, f"{at}.blocks.{layer}.attention.pattern", lambda _, out: out[1]))
    out = call()
    for hook in hooks:
        hook.remove()
    values = {name: (PATTERN if name.endswith("pattern") else STREAM, value) for name, value in seen.items()}
    values["textVectors"] = (("batch", "shared"), out.text_embeds)
    values["pictureVectors"] = (("batch", "shared"), out.image_embeds)
    values["similarities"] = (("batch", "picture"), out.logits_per_text)
    return values, out.loss


def extents(size):
    return list(size) if isinstance(size, (list, tuple)) else [size, size]


def run_translator(model, given, asked):
    source, ids = given["source"], given["ids"]
    mask = torch.arange(source.shape[1]) < given["sourceLengths"][:, None]
    encoder, decoder = model.model.encoder.layers, model.model.decoder.layers
    call = dict(input_ids=source, attention_mask=mask.long(), decoder_input_ids=ids, use_cache=False, **asked)
    encoded, (decoded, out) = watch(encoder, lambda: watch(decoder, lambda: model(**call)))
    return halves(encoded, decoded, out, given)


def run_listener(model, given, asked):
    """The frames of a whole window, never padded."""
    encoder, decoder = model.model.encoder, model.model.decoder
    frames = given["source"].to(encoder.conv1.weight.dtype)
    call = dict(input_features=frames.transpose(1, 2), decoder_input_ids=given["ids"], use_cache=False, **asked)
    encoded, (decoded, out) = watch(encoder.layers, lambda: watch(decoder.layers, lambda: model(**call)))
    values, loss = halves(encoded, decoded, out, given)
    values["encoder.norm.output"] = (STREAM, out.encoder_last_hidden_state)
    values["decoder.norm.output"] = (STREAM, out.decoder_hidden_states[-1])
    return values, loss


def halves(encoded, decoded, out, given):
    values = inside("encoder.", out.encoder_hidden_states[0], encoded, out.encoder_attentions)
    values |= inside("decoder.", out.decoder_hidden_states[0], decoded, out.decoder_attentions)
    for layer, pattern in enumerate(out.cross_attentions):
        values[f"decoder.blocks.{layer}.cross.pattern"] = (PATTERN, pattern)
    values["logits"] = (("batch", "position", "vocab"), out.logits)
    return values, cross_entropy(out.logits, given["targets"])


def inside(at, embedded, streams, patterns, first="embedded"):
    values = {f"{at}{first}": (STREAM, embedded)}
    for layer, (stream, pattern) in enumerate(zip(streams, patterns)):
        values[f"{at}blocks.{layer}.output"] = (STREAM, stream)
        values[f"{at}blocks.{layer}.attention.pattern"] = (PATTERN, pattern)
    return values


def watch(layers, function):
    """What each layer gives, and what the function does."""
    streams = []
    see = lambda _, __, out: streams.append(out[0] if isinstance(out, tuple) else out)
    hooks = [layer.register_forward_hook(see) for layer in layers]
    result = function()
    for hook in hooks:
        hook.remove()
    return streams, result


def like(value, name):
    """Numbers for a loss of a model that has none of its own."""
    return torch.tensor(uniform(name, value.numel())).reshape(value.shape)


def cross_entropy(logits, targets):
    """The mean over all positions that have a target; −1 is none."""
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten().long(), ignore_index=-1)


def batch_for(json, random, rows=2, positions=6, picture=None):
    """
    Random ids for a model, each row padded by another number of positions; the last one not at all. Or pictures: of the config's size,
    or of `picture`, rows and columns.
    """
    architecture = json["architectures"][0]
    if architecture.startswith(PICTURES):
        down, across = picture or extents(json["image_size"])
        pixels = numpy.floor(64 * random.uniform(-1, 1, (rows, json["num_channels"], down, across))) / 64
        labels = {"labels": random.randint(0, len(json["id2label"]), (rows,))} if "id2label" in json else {}
        return {"pixels": pixels, **labels}
    if architecture == "CLIPModel":
        return clip_batch(json, random, rows, positions, picture)
    vocab = json["vocab_size"]
    padding = numpy.array([(rows - 1 - row) * 2 % positions for row in range(rows)])
    # Transformers' embeddings give no gradient to the row of the padding: it must not stand anywhere else.
    draw = lambda below, *shape: avoid(random.randint(0, below, shape), json.get("pad_token_id"), below)
    if architecture == "MarianMTModel":
        target = vocab if json.get("share_encoder_decoder_embeddings", True) else json["decoder_vocab_size"]
        targets = draw(target, rows, positions)
        targets[0, max(1, positions - 2):] = -1
        sources = positions + 1
        return {
            "source": draw(vocab, rows, sources),
            "sourceLengths": sources - padding,
            "ids": draw(target, rows, positions),
            "targets": targets,
        }
    if architecture == "WhisperForConditionalGeneration":
        targets = draw(vocab, rows, positions)
        targets[0, max(1, positions - 2):] = -1
        frames = random.randint(-64, 65, (rows, 2 * json["max_source_positions"], json["num_mel_bins"])) / 64
        return {"source": frames, "ids": draw(vocab, rows, positions), "targets": targets}
    ids = draw(vocab, rows, positions)
    places = numpy.arange(positions)
    if not architecture.startswith("Bert"):
        # An id that begins a picture is never written.
        written = vocab - 1 if architecture.startswith("ImageGPT") else vocab
        targets = numpy.where(places >= padding[:, None], draw(written, rows, positions), -1)
        return {"ids": ids, "padding": padding, "targets": targets}
    batch = {"ids": ids, "lengths": positions - padding, "kinds": random.randint(0, json["type_vocab_size"], ids.shape)}
    if architecture == "BertForMaskedLM":
        batch["targets"] = numpy.where(places < batch["lengths"][:, None], draw(vocab, rows, positions), -1)
        batch["targets"][0, 1:2] = -1
    if architecture == "BertForSequenceClassification":
        batch["labels"] = random.randint(0, len(json["id2label"]), (rows,))
    return batch


def clip_batch(json, random, rows, positions, picture):
    """Texts with their end at any place, some with several, now and then one without; and pictures."""
    text, vision = json["text_config"], json["vision_config"]
    down, across = picture or extents(vision["image_size"])
    pixels = numpy.floor(64 * random.uniform(-1, 1, (rows, vision["num_channels"], down, across))) / 64
    ids = random.randint(0, text["vocab_size"], (rows, positions))
    if text["eos_token_id"] != 2:
        for row in range(rows - 1):
            ids[row, random.randint(positions):] = text["eos_token_id"]
    return {"ids": ids, "pixels": pixels}


def avoid(ids, pad, below):
    return ids if pad is None or below == 1 else numpy.where(ids == pad, (pad + 1) % below, ids)
