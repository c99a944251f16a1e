"""Log-probabilities of sequences under an exported checkpoint, by transformers: python scores.py FOLDER '[[ids], …]'

pip install torch==2.13.0 transformers==5.23.0

Prints JSON: a list of ln p(id[t + 1] | id[0..t]) a sequence, in the type that the folder names, computed in float32.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import torch
import transformers
from transformers import AutoModelForCausalLM

transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)

folder, ids = sys.argv[1], json.loads(sys.argv[2])
model, info = AutoModelForCausalLM.from_pretrained(folder, dtype="auto", attn_implementation="eager", output_loading_info=True)
assert not info["missing_keys"] and not info["unexpected_keys"], info
model = model.to(torch.float32).eval()
with torch.no_grad():
    logits = model(input_ids=torch.tensor(ids), use_cache=False).logits
print(json.dumps(torch.log_softmax(logits[:, :-1], dim=-1).gather(2, torch.tensor(ids)[:, 1:, None])[:, :, 0].tolist()))
