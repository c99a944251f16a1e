"""Writes tiny checkpoints as `save_pretrained` of transformers before 4.35 left them, beside twins in safetensors:
packages/models/test/fixtures/pytorch.

    pip install transformers==5.24.0 torch safetensors numpy
    python packages/models/scripts/pytorch_checkpoints.py

`opt` is one file of float16 with the output head on the storage of the embedding; `gpt_neox` is two shards of bfloat16 with
the masks and frequencies that early Pythia has. Both are state_dicts as they are, attributes and all.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

OUT = Path(__file__).parents[1] / "test" / "fixtures" / "pytorch"
MODELS = {
    "opt": (torch.float16, dict(vocab_size=20, hidden_size=8, ffn_dim=12, num_hidden_layers=1, num_attention_heads=2, word_embed_proj_dim=8,
                                max_position_embeddings=16, bos_token_id=2, eos_token_id=2, pad_token_id=1)),
    "gpt_neox": (torch.bfloat16, dict(vocab_size=20, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
                                      rotary_pct=0.5, max_position_embeddings=16, tie_word_embeddings=False, bos_token_id=0, eos_token_id=0)),
}


def write(name, dtype, fields):
    torch.manual_seed(7)
    config = AutoConfig.for_model(name, **fields)
    model = AutoModelForCausalLM.from_config(config).to(dtype).eval()
    state = model.state_dict()
    for value in state.values():
        torch.nn.init.normal_(value, std=0.5)
    if name == "gpt_neox":
        state["embed_out.weight"] = state.pop("lm_head.weight")
        for layer in range(fields["num_hidden_layers"]):
            part = f"gpt_neox.layers.{layer}.attention"
            state[f"{part}.bias"] = torch.tril(torch.ones(16, 16, dtype=torch.bool)).view(1, 1, 16, 16)
            state[f"{part}.masked_bias"] = torch.tensor(-1e9)
            state[f"{part}.rotary_emb.inv_freq"] = torch.tensor([1.0])
    folder = OUT / name
    (folder / "twin").mkdir(parents=True, exist_ok=True)
    text = json.dumps(json.loads(config.to_json_string(use_diff=False)), indent=2) + "\n"
    for each in (folder, folder / "twin"):
        (each / "config.json").write_text(text)
    save_file({key: value.clone().contiguous() for key, value in state.items()}, folder / "twin" / "model.safetensors")
    if name == "opt":
        torch.save(state, folder / "pytorch_model.bin")
        return
    shards = {f"pytorch_model-0000{index + 1}-of-00002.bin": type(state)(list(state.items())[index::2]) for index in range(2)}
    for file, part in shards.items():
        torch.save(part, folder / file)
    weight_map = {key: file for file, part in shards.items() for key in part}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}, indent=2) + "\n")


for name, (dtype, fields) in MODELS.items():
    write(name, dtype, fields)
