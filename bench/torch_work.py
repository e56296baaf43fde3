# How a peer works for the bench: it does its work once, which is when torch.compile compiles, and says that it is ready.
# Then it does it as often as each line of its input says, and answers with how long each time took, in lines of JSON.

import json
import resource
import sys
import time

import torch


def job():
    """The work that was ordered, as the only argument."""
    given = json.loads(sys.argv[1])
    torch.set_num_threads(given["threads"])
    torch.manual_seed(0)
    return given


def work(once, measures_itself=False):
    """Does `once()` as often as it is told to; it may give a loss, or its milliseconds if it measures itself."""
    once()
    answer({"name": f"PyTorch {torch.__version__.split('+')[0]}"})
    for line in sys.stdin:
        ms = []
        for _ in range(int(line)):
            begun = time.perf_counter()
            result = once()
            ms.append(result if measures_itself else 1000 * (time.perf_counter() - begun))
        loss = None if measures_itself else result
        # Kilobytes, but bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        answer({"ms": ms, "loss": loss, "bytes": unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss})


def answer(values):
    print(json.dumps(values), flush=True)
