"""Negative log-likelihoods by windows that overlap, with torch and transformers: the golden of strided-perplexity.

    python strided.py MODEL_FOLDER TEXT_FILE > strided.json

The windows are those of transformers' docs/source/en/perplexity.md. Each prints how many predictions it has and their sum, in
float64 over float32 log-probabilities; that page multiplies a mean by one prediction less, which is not done here.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

folder, file = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
with open(file, encoding="utf-8") as f:
    text = f.read(3000)
ids = torch.tensor([tokenizer(text).input_ids])

def windows(length, stride):
    found, before = [], 0
    for begin in range(0, ids.shape[1], stride):
        end = min(begin + length, ids.shape[1])
        target = end - before
        with torch.no_grad():
            log_probabilities = model(ids[:, begin:end]).logits.log_softmax(-1)[0]
        labels = ids[0, begin:end]
        first = max(end - begin - target, 1)
        picked = [log_probabilities[at - 1, labels[at]].item() for at in range(first, end - begin)]
        if picked:
            found.append([len(picked), round(-sum(picked), 5)])
        before = end
        if end == ids.shape[1]:
            break
    return found

cases = [{"window": w, "stride": s, "windows": windows(w, s)} for w, s in [(64, 32), (64, 64), (128, 16)]]
lines = ",\n".join(" " + json.dumps(case) for case in cases)
print(f'{{"characters": 3000, "tokens": {ids.shape[1]}, "cases": [\n{lines}\n]}}')
