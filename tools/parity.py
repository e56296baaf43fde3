"""transformers' half of `npm run parity`: makes random models and says what it computes with them; opens folders of Cutaway's.

Told lines of JSON, answers in lines of JSON (tools/parity.ts asks):

    {"make": a row's name, "seed": …, "round": …, "folder": …}    writes a folder as save_pretrained does, and beside it
                                                                 expected.safetensors; answers what else was computed
    {"check": folder}                                            opens it with from_pretrained; answers how far its logits
                                                                 are from those of the model made last
"""

import json
import sys
from pathlib import Path

import numpy
import torch
import transformers
from safetensors.torch import save_file
from transformers.generation import GenerationMixin
from transformers_model import PICTURES, avoid, batch_for, build, outcome, run, weights_of

ACTIVATIONS = ["gelu", "gelu_new", "relu", "silu", "gelu_pytorch_tanh", "swish", "tanh", "gelu_fast", "quick_gelu", "sigmoid",
               "mish", "relu2", "gelu_python", "gelu_python_tanh", "gelu_accurate"]
NEW_TOKENS = 32
BEAMS = 4


class Deck:
    """Choices for a round: each option takes its next value in every round, so that after enough of them all were there."""

    def __init__(self, seed, round):
        # Every fourth model is wider than the tiles and panels of a matrix product.
        self.is_wide = round % 4 == 3
        self.random = numpy.random.RandomState((seed * 1000003 + round) % 2**32)
        self.offsets = numpy.random.RandomState(seed % 2**32)
        self.round = round

    def turn(self, *values):
        """The value whose turn it is. To be asked for in the same order in every round."""
        return values[(self.round + int(self.offsets.randint(1 << 16))) % len(values)]

    def pick(self, *values):
        return values[self.random.randint(len(values))]

    def between(self, least, most):
        return int(self.random.randint(least, most + 1))

    def width(self, least, most):
        """A size that a wide model has more of."""
        return self.between(8 * least, 8 * most) if self.is_wide else self.between(least, most)

    def number(self, least, most):
        return round(float(self.random.uniform(least, most)), 4)


def gpt2(deck):
    heads = deck.turn(1, 2, 3, 5)
    return dict(
        architectures=[deck.turn("GPT2LMHeadModel", "GPT2LMHeadModel", "GPT2Model")],
        model_type="gpt2",
        vocab_size=deck.width(5, 67),
        n_positions=deck.turn(64, 9, 50),
        n_layer=deck.turn(1, 2, 3),
        n_head=heads,
        n_embd=heads * deck.width(2, 7),
        n_inner=deck.turn(None, 19, 131),
        activation_function=deck.turn(*ACTIVATIONS),
        layer_norm_epsilon=deck.turn(1e-5, 1e-2),
        tie_word_embeddings=deck.turn(True, False, False),
        scale_attn_weights=deck.turn(True, False),
        scale_attn_by_inverse_layer_idx=deck.turn(False, True, True),
        reorder_and_upcast_attn=deck.turn(False, False, False, True),
        **dropouts(deck, "embd_pdrop", "resid_pdrop", "attn_pdrop"),
    )


def imagegpt(deck):
    heads = deck.turn(1, 2, 3, 5)
    return dict(
        architectures=["ImageGPTForCausalImageModeling"],
        model_type="imagegpt",
        # The last id begins a picture; it is read, and never written.
        vocab_size=deck.width(5, 67),
        n_positions=deck.turn(64, 9, 50),
        n_layer=deck.turn(1, 2, 3),
        n_head=heads,
        n_embd=heads * deck.width(2, 7),
        n_inner=deck.turn(None, 19, 131),
        activation_function=deck.turn("quick_gelu", *ACTIVATIONS),
        layer_norm_epsilon=deck.turn(1e-5, 1e-2),
        scale_attn_weights=deck.turn(True, False),
        scale_attn_by_inverse_layer_idx=deck.turn(False, True, True),
        reorder_and_upcast_attn=deck.turn(False, False, False, True),
        **dropouts(deck, "embd_pdrop", "resid_pdrop", "attn_pdrop"),
    )


def family(deck, name, architecture, keys=(2, 4, 6, 10, 64)):
    heads, shared = deck.turn((1, 1), (2, 1), (4, 2), (3, 3), (6, 2), (5, 1))
    key = deck.turn(*keys)
    context = deck.turn(64, 64, 7)
    layers = deck.turn(1, 2, 3)
    return dict(
        architectures=[architecture],
        model_type=name,
        vocab_size=deck.width(7, 67),
        max_position_embeddings=context,
        num_hidden_layers=layers,
        hidden_size=heads * deck.width(2, 6),
        intermediate_size=deck.width(5, 37),
        num_attention_heads=heads,
        num_key_value_heads=shared,
        head_dim=key,
        hidden_act=deck.turn(*ACTIVATIONS),
        rms_norm_eps=deck.turn(1e-6, 1e-2),
        tie_word_embeddings=deck.turn(False, True),
        attention_dropout=deck.turn(0.0, 0.25),
        **rope(deck, key, context),
    )


def rope(deck, key, context):
    kind = deck.turn("default", "linear", "dynamic", "yarn", "yarn", "longrope", "longrope", "llama3")
    if kind == "dynamic" and key == 2:
        kind = "default"
    original = deck.turn(64, 5, 16)
    fields = {"rope_type": kind}
    if kind != "default":
        fields["factor"] = deck.number(1.5, 8)
    if kind in ("yarn", "longrope", "llama3"):
        fields["original_max_position_embeddings"] = original
    if kind == "yarn":
        fields |= deck.pick({}, {"beta_fast": 4.0, "beta_slow": 0.3}, {"truncate": False})
        fields |= deck.pick({}, {"mscale": 0.7, "mscale_all_dim": 0.4}, {"attention_factor": 1.3}, {"mscale": 2.0})
    if kind == "longrope":
        fields["short_factor"] = [deck.number(1, 3) for _ in range(key // 2)]
        fields["long_factor"] = [deck.number(1, 9) for _ in range(key // 2)]
        fields |= deck.pick({}, {"attention_factor": 1.3})
    if kind == "llama3":
        fields |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
    theta = deck.turn(10000.0, 100.0, 500000.0)
    # Phi-3 has this one beside the others, and it counts more than the one among them.
    beside = {"original_max_position_embeddings": 9} if deck.turn(False, False, False, False, True) else {}
    # As it is written since transformers 5, and as it was before.
    if deck.turn(True, False):
        return dict(rope_parameters={"rope_theta": theta, **fields}, **beside)
    return dict(rope_theta=theta, rope_scaling=None if kind == "default" else fields, **beside)


def llama(deck):
    config = family(deck, "llama", "LlamaForCausalLM")
    return config | dict(attention_bias=deck.turn(False, True), mlp_bias=deck.turn(False, True, True))


def mistral(deck):
    config = family(deck, "mistral", "MistralForCausalLM")
    return config | dict(sliding_window=deck.turn(3, None, 1, 64))


def windows(deck, layers):
    width, use = deck.turn(2, 3, 5), deck.turn(True, False, True)
    if deck.turn(True, False):
        kinds = ["sliding_attention", "full_attention"] if use else ["full_attention"]
        own = {"layer_types": [deck.pick(*kinds) for _ in range(layers)]}
    else:
        own = {"max_window_layers": deck.between(0, layers)}
    return dict(use_sliding_window=use, sliding_window=width, **own)


def qwen2(deck):
    config = family(deck, "qwen2", "Qwen2ForCausalLM")
    return config | windows(deck, config["num_hidden_layers"])


def qwen3(deck):
    # The norm of two numbers near 0 has gradients without bound.
    config = family(deck, "qwen3", "Qwen3ForCausalLM", keys=(8, 4, 6, 10, 64))
    return config | windows(deck, config["num_hidden_layers"]) | dict(attention_bias=deck.turn(True, False))


def encoder(deck, architecture, **more):
    heads = deck.turn(1, 2, 3, 5)
    return dict(
        architectures=[architecture],
        model_type="bert",
        vocab_size=deck.width(5, 67),
        max_position_embeddings=deck.turn(64, 11),
        num_hidden_layers=deck.turn(1, 2, 3),
        hidden_size=heads * deck.width(2, 7),
        num_attention_heads=heads,
        intermediate_size=deck.width(5, 37),
        type_vocab_size=deck.turn(2, 1, 3),
        hidden_act=deck.turn(*ACTIVATIONS),
        layer_norm_eps=deck.turn(1e-12, 1e-2),
        pad_token_id=deck.turn(0, 3),
        **dropouts(deck, "hidden_dropout_prob", "attention_probs_dropout_prob"),
        **more,
    )


def bert(deck):
    return encoder(deck, "BertModel", **({} if deck.turn(True, False) else {"has_pooling_layer": False}))


def masked_bert(deck):
    return encoder(deck, "BertForMaskedLM", tie_word_embeddings=deck.turn(True, False))


def classifying_bert(deck):
    labels = [f"label {i}" for i in range(deck.turn(2, 1, 3, 5))]
    return encoder(
        deck,
        "BertForSequenceClassification",
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        classifier_dropout=deck.turn(None, 0.3),
    )


def marian(deck):
    width = deck.turn(12, 6, 18, 30, 15) * (5 if deck.is_wide else 1)
    vocab, target = deck.width(7, 67), deck.width(7, 67)
    share = deck.turn(True, False)
    own = vocab if share else target
    return dict(
        architectures=["MarianMTModel"],
        model_type="marian",
        is_encoder_decoder=True,
        vocab_size=vocab,
        decoder_vocab_size=own,
        share_encoder_decoder_embeddings=share,
        tie_word_embeddings=deck.turn(True, True, False),
        max_position_embeddings=deck.turn(64, 48),
        d_model=width,
        encoder_layers=deck.turn(1, 2, 3),
        decoder_layers=deck.turn(2, 1),
        encoder_attention_heads=deck.pick(*(heads for heads in (1, 2, 3, 5, 6) if width % heads == 0)),
        decoder_attention_heads=deck.pick(*(heads for heads in (1, 2, 3, 5) if width % heads == 0)),
        encoder_ffn_dim=deck.width(5, 37),
        decoder_ffn_dim=deck.width(5, 37),
        activation_function=deck.turn(*ACTIVATIONS),
        scale_embedding=deck.turn(True, False),
        pad_token_id=min(vocab, own) - 1,
        decoder_start_token_id=deck.turn(min(vocab, own) - 1, 1),
        eos_token_id=0,
        forced_eos_token_id=deck.turn(0, None),
        **dropouts(deck, "dropout", "attention_dropout", "activation_dropout"),
    )


def whisper(deck):
    width = deck.turn(12, 6, 18, 30, 10) * (5 if deck.is_wide else 1)
    vocab = deck.width(9, 67)
    return dict(
        architectures=["WhisperForConditionalGeneration"],
        model_type="whisper",
        is_encoder_decoder=True,
        vocab_size=vocab,
        num_mel_bins=deck.turn(4, 3, 7, 1),
        max_source_positions=deck.turn(9, 1, 40, 5),
        max_target_positions=deck.turn(64, 48),
        d_model=width,
        encoder_layers=deck.turn(1, 2, 3),
        decoder_layers=deck.turn(2, 1),
        encoder_attention_heads=deck.pick(*(heads for heads in (1, 2, 3, 5, 6) if width % heads == 0)),
        decoder_attention_heads=deck.pick(*(heads for heads in (1, 2, 3, 5) if width % heads == 0)),
        encoder_ffn_dim=deck.width(5, 37),
        decoder_ffn_dim=deck.width(5, 37),
        activation_function=deck.turn(*ACTIVATIONS),
        tie_word_embeddings=deck.turn(True, True, False),
        scale_embedding=deck.turn(False, True),
        median_filter_width=deck.turn(7, 3),
        pad_token_id=vocab - 1,
        bos_token_id=deck.turn(1, 2),
        decoder_start_token_id=deck.turn(1, vocab - 2),
        eos_token_id=0,
        begin_suppress_tokens=None,
        **dropouts(deck, "dropout", "attention_dropout", "activation_dropout"),
    )


def pictures(deck, name, architecture, **more):
    heads = deck.turn(1, 2, 3, 5)
    patch = deck.turn(2, 3, 4)
    grid = deck.turn(1, 2, 3) * (2 if deck.is_wide else 1)
    return dict(
        architectures=[architecture],
        model_type=name,
        num_channels=deck.turn(1, 3, 2),
        # Rows and columns that fill no patch are left out.
        image_size=patch * grid + deck.pick(0, 0, patch - 1),
        patch_size=patch,
        num_hidden_layers=deck.turn(1, 2, 3),
        hidden_size=heads * deck.width(2, 7),
        num_attention_heads=heads,
        hidden_act=deck.turn(*ACTIVATIONS),
        layer_norm_eps=deck.turn(1e-6, 1e-12, 1e-2),
        qkv_bias=deck.turn(True, False),
        **dropouts(deck, "hidden_dropout_prob", "attention_probs_dropout_prob"),
        **more,
    )


def with_labels(deck):
    labels = [f"label {i}" for i in range(deck.turn(2, 1, 3, 5))]
    return dict(id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)})


def vit(deck, name="vit", architecture="ViTModel"):
    pooler = deck.turn({}, {"pooler_output_size": 7, "pooler_act": deck.pick(*ACTIVATIONS)}, {"has_pooling_layer": False})
    return pictures(deck, name, architecture, intermediate_size=deck.width(5, 37), **pooler)


def classifying_vit(deck, name="vit", architecture="ViTForImageClassification"):
    return pictures(deck, name, architecture, intermediate_size=deck.width(5, 37), **with_labels(deck))


def deit(deck):
    return vit(deck, "deit", "DeiTModel")


def classifying_deit(deck):
    heads = deck.turn("DeiTForImageClassification", "DeiTForImageClassificationWithTeacher")
    return classifying_vit(deck, "deit", heads)


def dinov2(deck, **more):
    return pictures(deck, "dinov2", "Dinov2Model" if not more else "Dinov2ForImageClassification", mlp_ratio=deck.turn(4, 2, 1),
                    use_swiglu_ffn=deck.turn(False, True, False), use_mask_token=deck.turn(True, False), **more)


def classifying_dinov2(deck):
    return dinov2(deck, **with_labels(deck))


def clip(deck):
    patch = deck.turn(2, 3, 4)
    def encoder():
        heads = deck.turn(1, 2, 3, 5)
        return dict(num_hidden_layers=deck.turn(1, 2, 3), hidden_size=heads * deck.width(2, 7), num_attention_heads=heads,
                    intermediate_size=deck.width(5, 37), hidden_act=deck.turn("quick_gelu", *ACTIVATIONS),
                    layer_norm_eps=deck.turn(1e-5, 1e-2), **dropouts(deck, "attention_dropout"))
    vocab = deck.width(7, 67)
    text = dict(model_type="clip_text_model", vocab_size=vocab, max_position_embeddings=deck.turn(64, 61), bos_token_id=0,
                pad_token_id=1, eos_token_id=deck.turn(vocab - 1, 2, 5), **encoder())
    size = patch * deck.turn(1, 2, 3) + deck.pick(0, 0, patch - 1)
    vision = dict(model_type="clip_vision_model", num_channels=deck.turn(1, 3, 2), image_size=size, patch_size=patch, **encoder())
    return dict(architectures=["CLIPModel"], model_type="clip", projection_dim=deck.width(2, 9),
                logit_scale_init_value=deck.turn(2.6592, 1.25), text_config=text, vision_config=vision)


def dropouts(deck, *names):
    """Other rates than usual: nothing is dropped outside of training, but they must be kept."""
    return {name: deck.pick(0.0, 0.1, 0.25) for name in names}


ROWS = dict(gpt2=gpt2, imagegpt=imagegpt, llama=llama, mistral=mistral, qwen2=qwen2, qwen3=qwen3, bert=bert, maskedBert=masked_bert,
            classifyingBert=classifying_bert, marian=marian, whisper=whisper, vit=vit, classifyingViT=classifying_vit,
            deit=deit, classifyingDeiT=classifying_deit, dinov2=dinov2, classifyingDinov2=classifying_dinov2,
            clip=clip)


class Parity:
    def make(self, row, seed, round, folder):
        deck = Deck(seed + list(ROWS).index(row), round)
        self.config = ROWS[row](deck)
        self.seed = f"{seed}/{row}/{round}"
        # Large enough that every mistake shows, small enough that 32 bits do not: transformers computes Llamas in them.
        self.size = 0.12 if deck.is_wide else 0.4
        model = build(self.config, self.seed, self.size)
        contexts = ("n_positions", "max_position_embeddings", "max_target_positions")
        reads = self.config.get("text_config", self.config)
        context = next((reads[name] for name in contexts if name in reads), 1000)
        is_bounded = self.config["model_type"] in ("gpt2", "imagegpt", "bert", "marian", "whisper", "clip")
        positions = deck.turn(1, 7, 9, 12) * (5 if deck.is_wide else 1)
        self.batch = batch_for(self.config, deck.random, rows=deck.turn(1, 2, 3, 4),
                               positions=min(positions, context - 1) if is_bounded else positions,
                               picture=other_picture(self.config, deck))
        if "padding" in self.batch and not is_bounded:
            # Far behind in a long text, where RoPE turns by large angles. Dynamic frequencies, which depend on the length of the
            # text, Cutaway computes as logarithms in 32 bits: there 4,000 places are beyond its precision.
            start = deck.turn(0, 0, 900, 4000)
            is_dynamic = "dynamic" in json.dumps(self.config)
            self.batch["start"] = numpy.full(len(self.batch["ids"]), min(start, 900) if is_dynamic else start)
        found = outcome(model, self.batch)
        self.logits = self.ends(found["values"])
        folder = Path(folder)
        # The formula's numbers are the same in all of these formats.
        dtype = deck.turn(torch.float32, torch.bfloat16, torch.float16)
        model.to(dtype).save_pretrained(folder, max_shard_size=deck.turn("5GB", "9KB"))
        model = build(self.config, self.seed, self.size).float()
        tensors = {f"batch.{name}": torch.tensor(values).float() for name, values in self.batch.items()}
        tensors |= {f"value.{address}": value.float() for address, (_, value) in found["values"].items()}
        tensors |= {f"gradient.{name}": value.float() for name, value in found["gradients"].items()}
        save_file({name: value.contiguous().clone() for name, value in tensors.items()}, folder / "expected.safetensors")
        return {
            "config": self.config,
            "axes": {address: list(axes) for address, (axes, _) in found["values"].items()},
            "loss": found["loss"],
            "generated": self.generated(model, deck, context),
            "load": {"weights": deck.turn("f32", "bf16")},
            "save": {"dtype": deck.turn("F32", "BF16"), "shardBytes": deck.turn(5e9, 9000)},
        }

    def check(self, folder):
        architecture = getattr(transformers, self.config["architectures"][0])
        own = {"add_pooling_layer": False} if self.config.get("has_pooling_layer") is False else {}
        model, report = architecture.from_pretrained(
            folder, local_files_only=True, output_loading_info=True, attn_implementation="eager",
            dtype=torch.float32, **own)
        wide = next(iter(weights_of(build(self.config, self.seed)).values())).dtype
        with torch.no_grad():
            values, _ = run(model.to(wide).eval(), {name: torch.tensor(values) for name, values in self.batch.items()})
        largest = 0.0
        for address, value in self.ends(values).items():
            largest = max(largest, (value - self.logits[address]).abs().nan_to_num(torch.inf).max().item())
        # Idle in transformers: the bias of an untied head beside its decoder's, the shared table that nobody shares.
        idle = {"cls.predictions.bias", "model.shared.weight"}
        troubles = {kind: sorted(set(map(str, names)) - idle) for kind, names in report.items()}
        return {"largest": largest, "troubles": {kind: names for kind, names in troubles.items() if names},
                "config": model.config.to_dict()}

    def ends(self, values):
        """What comes out of a model, where it is not padding."""
        ends = {address: value for address, (_, value) in values.items() if address in ("logits", "states", "pooled", "classes", "similarities")}
        positions = torch.arange(self.batch["ids"].shape[1]) if "ids" in self.batch else None
        real = None
        if "padding" in self.batch:
            real = positions >= torch.tensor(self.batch["padding"])[:, None]
        if "lengths" in self.batch:
            real = positions < torch.tensor(self.batch["lengths"])[:, None]
        return {address: value[real] if value.dim() == 3 and real is not None else value for address, value in ends.items()}

    def generated(self, model, deck, context):
        """What generate() writes: greedily, and by beam search. None where the model has no room for it."""
        kind = type(model).__name__
        rows, prompts = 3, 6
        if kind.startswith(("Bert", "CLIP", *PICTURES)) or kind == "GPT2Model" or context < prompts + NEW_TOKENS:
            return None
        vocab = self.config["vocab_size"]
        lengths = [prompts, prompts - 2, 1]
        if kind == "WhisperForConditionalGeneration":
            return self.written(model, deck)
        texts = [avoid(deck.random.randint(1, vocab, (length,)), self.config.get("pad_token_id"), vocab).tolist()
                 for length in lengths]
        pad = self.config.get("pad_token_id") or 0
        # Some texts end early: the end is a token that greedy writing comes upon, or one that it does not.
        end = deck.between(0, min(vocab, self.config.get("decoder_vocab_size", vocab)) - 1)
        if kind.startswith("ImageGPT"):
            end = min(end, vocab - 2)
        if kind == "MarianMTModel":
            end = 0
            ids = torch.tensor([text + [pad] * (prompts - len(text)) for text in texts])
            mask = torch.tensor([[1] * len(text) + [0] * (prompts - len(text)) for text in texts])
        else:
            ids = torch.tensor([[pad] * (prompts - len(text)) + text for text in texts])
            mask = torch.tensor([[0] * (prompts - len(text)) + [1] * len(text) for text in texts])
        beam = dict(num_beams=BEAMS, num_return_sequences=BEAMS, length_penalty=deck.turn(1.0, 0.6, 0.0, 2.0),
                    early_stopping=deck.turn(False, True, "never"))
        common = dict(attention_mask=mask, do_sample=False, max_new_tokens=NEW_TOKENS, pad_token_id=pad, eos_token_id=end,
                      output_scores=True, return_dict_in_generate=True)
        # With a window of one, transformers' cache cuts off `[-0:]`, that is nothing.
        common["use_cache"] = self.config.get("sliding_window") != 1
        model.generation_config = transformers.GenerationConfig.from_model_config(model.config)
        greedy = model.generate(ids, **common)
        beams = model.generate(ids, **common, **beam)
        first = 1 if kind == "MarianMTModel" else prompts
        return {
            "texts": texts,
            "end": end,
            "tokens": NEW_TOKENS,
            "beams": beam,
            "greedy": greedy.sequences[:, first:].tolist(),
            # By how much the chosen token leads; a smaller lead than rounding makes is a tie.
            "leads": [lead(scores) for scores in greedy.scores],
            "searched": beams.sequences[:, first:].tolist(),
            "scores": beams.sequences_scores.tolist(),
        }


    def written(self, model, deck):
        """What generate() writes of sounds, each of them frames of a whole window."""
        rows, (frames, mels) = 3, (2 * self.config["max_source_positions"], self.config["num_mel_bins"])
        sounds = deck.random.randint(-64, 65, (rows, frames, mels)) / 64
        beam = dict(num_beams=BEAMS, num_return_sequences=BEAMS, length_penalty=deck.turn(1.0, 0.6, 0.0, 2.0),
                    early_stopping=deck.turn(False, True, "never"))
        pad, start = self.config["pad_token_id"], self.config["decoder_start_token_id"]
        common = dict(do_sample=False, max_new_tokens=NEW_TOKENS, pad_token_id=pad, eos_token_id=0,
                      output_scores=True, return_dict_in_generate=True, decoder_input_ids=torch.full((rows, 1), start))
        model.generation_config = transformers.GenerationConfig.from_model_config(model.config)
        # Whisper's own generate looks for times and languages; what both have in common is what all models have.
        write = lambda **more: GenerationMixin.generate(model, torch.tensor(sounds).float().transpose(1, 2), **common, **more)
        greedy, beams = write(), write(**beam)
        return {
            "texts": sounds.reshape(rows, -1).tolist(),
            "end": 0,
            "tokens": NEW_TOKENS,
            "beams": beam,
            "greedy": greedy.sequences[:, 1:].tolist(),
            "leads": [lead(scores) for scores in greedy.scores],
            "searched": beams.sequences[:, 1:].tolist(),
            "scores": beams.sequences_scores.tolist(),
        }
def other_picture(config, deck):
    """Rows and columns of pictures that a model did not learn from; None for those that it did."""
    sees = config.get("vision_config", config)
    if "image_size" not in sees:
        return None
    size, patch = sees["image_size"], sees["patch_size"]
    return deck.turn(None, (size + patch, size), (max(patch, size - patch), size + 2 * patch + 1))


def lead(scores):
    best = scores.topk(2).values
    return [value if numpy.isfinite(value) else 1e9 for value in (best[:, 0] - best[:, 1]).tolist()]


def main():
    torch.set_num_threads(1)
    print(json.dumps({"transformers": transformers.__version__, "torch": torch.__version__, "rows": list(ROWS)}), flush=True)
    parity = Parity()
    for line in sys.stdin:
        asked = json.loads(line)
        if "make" in asked:
            answer = parity.make(asked["make"], asked["seed"], asked["round"], asked["folder"])
        else:
            answer = parity.check(asked["check"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
