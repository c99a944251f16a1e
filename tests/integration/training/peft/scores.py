"""Log-probabilities of sequences under a model with an adapter, by PEFT: python scores.py MODEL_FOLDER ADAPTER_FOLDER '[[ids], …]'

pip install torch==2.13.0 transformers==5.23.0 peft==0.21.2 accelerate==1.15.0

Prints JSON: `beside`, with the adapter beside the modules, and `merged`, after merge_and_unload, both in float32;
each a list of ln p(id[t + 1] | id[0..t]) a sequence.
"""
import json
import os
import sys
from contextlib import nullcontext

os.environ["HF_HUB_OFFLINE"] = "1"
import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM

transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)


def log_probabilities(model, ids):
    ids = torch.tensor(ids)
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False).logits
    return torch.log_softmax(logits[:, :-1], dim=-1).gather(2, ids[:, 1:, None])[:, :, 0].tolist()


def load(folder, dtype=torch.float32):
    torch.set_default_dtype(dtype)
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager", output_loading_info=True)
    torch.set_default_dtype(torch.float32)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    return model.eval()


def scores(folder, adapter, ids, dtype=torch.float32, within=nullcontext):
    with within():
        base = load(folder, dtype)
    model = PeftModel.from_pretrained(base, adapter).to(dtype).eval()
    with within():
        beside = log_probabilities(model, ids)
    merged = model.merge_and_unload()
    with within():
        return {"beside": beside, "merged": log_probabilities(merged, ids)}


if __name__ == "__main__":
    print(json.dumps(scores(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
