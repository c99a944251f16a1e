"""Scores requests with torch and transformers: score_torch.py WORK.json

WORK holds: model, dtype, threads, batch, requests (name, context, continuation). Prints one line of JSON.
"""
import json
import resource
import sys
import time

import torch
import transformers

with open(sys.argv[1]) as file:
    work = json.load(file)
torch.set_num_threads(work["threads"])
has_gpu = torch.cuda.is_available()
device = "cuda" if has_gpu else "cpu"

start = time.perf_counter()
model = transformers.AutoModelForCausalLM.from_pretrained(
    work["model"], dtype=getattr(torch, work["dtype"]), attn_implementation="sdpa"
)
model = model.to(device).eval()
opening = time.perf_counter() - start


def length(request):
    return len(request["context"]) + len(request["continuation"]) - 1


@torch.inference_mode()
def score(batch):
    width = max(length(request) for request in batch)
    rows = [(request["context"] + request["continuation"])[:-1] for request in batch]
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows], device=device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=device)
    logits = model(ids, attention_mask=mask).logits
    found = {}
    for row, request in enumerate(batch):
        first = len(request["context"]) - 1
        target = torch.tensor(request["continuation"], device=device)
        chosen = logits[row, first : first + len(target)].float().log_softmax(-1)
        found[request["name"]] = chosen.gather(1, target[:, None]).sum().item()
    return found


requests = sorted(work["requests"], key=length, reverse=True)
batches = [requests[at : at + work["batch"]] for at in range(0, len(requests), work["batch"])]
# The first batch compiles and allocates.
score(batches[0])
start = time.perf_counter()
found = {}
for batch in batches:
    found.update(score(batch))
seconds = time.perf_counter() - start
print()
print(
    json.dumps(
        {
            "device": f"torch {torch.__version__} on {torch.cuda.get_device_name() if has_gpu else 'cpu'}",
            "secondsOpening": opening,
            "secondsScoring": seconds,
            "tokensPerSecond": sum(length(request) for request in requests) / seconds,
            "peakMemory": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "logLikelihoods": found,
        }
    )
)
