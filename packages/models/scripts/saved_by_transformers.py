"""Writes checkpoints that `save_pretrained` of transformers makes of tiny models, of every supported family, and what
they give: tests/integration/families/fixtures/saved-by-transformers.json.

    pip install transformers==5.23.0 torch safetensors numpy
    python packages/models/scripts/saved_by_transformers.py

The weights are not part of the file: both sides make them from the names of the tensors (`values` here, and in
saved-by-transformers.test.ts). Variants of one family: another activation, the
part without the output head alone, or a config that ties the head to an embedding from which the stored one differs.
"""

import json
import tempfile
from pathlib import Path

import numpy
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM
from transformers.activations import ACT2CLS

TOKENS = [3, 17, 5, 29, 11, 3, 8, 31, 2, 17]
USUAL = dict(vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
             num_key_value_heads=1, max_position_embeddings=64, bos_token_id=None, eos_token_id=0, pad_token_id=None)
EXPERTS = dict(num_experts_per_tok=2, moe_intermediate_size=12)
FAMILIES = {
    "llama": USUAL, "mistral": USUAL, "ministral": {**USUAL, "head_dim": 8, "sliding_window": 4}, "qwen2": USUAL, "qwen3": {**USUAL, "head_dim": 8}, "olmo": USUAL, "olmo2": USUAL,
    "gemma": {**USUAL, "head_dim": 8}, "gemma2": {**USUAL, "head_dim": 8, "query_pre_attn_scalar": 8},
    "gemma3_text": {**USUAL, "head_dim": 8, "query_pre_attn_scalar": 8},
    "phi3": USUAL, "mixtral": {**USUAL, "num_local_experts": 4, "num_experts_per_tok": 2},
    "olmoe": {**USUAL, "num_experts": 4, "num_experts_per_tok": 2},
    "qwen2_moe": {**USUAL, **EXPERTS, "num_experts": 4, "shared_expert_intermediate_size": 20, "decoder_sparse_step": 1},
    "qwen3_moe": {**USUAL, **EXPERTS, "num_experts": 4, "head_dim": 8, "decoder_sparse_step": 1},
    "gpt2": dict(vocab_size=40, n_embd=16, n_layer=2, n_head=2, n_positions=64, bos_token_id=0, eos_token_id=0),
    "gpt_neox": {**USUAL, "rotary_pct": 0.5, "tie_word_embeddings": False},
    "bloom": dict(vocab_size=40, hidden_size=16, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0),
    "falcon": dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, bos_token_id=0, eos_token_id=0),
    "opt": dict(vocab_size=40, hidden_size=16, ffn_dim=24, num_hidden_layers=2, num_attention_heads=2, word_embed_proj_dim=16,
                max_position_embeddings=64, bos_token_id=0, eos_token_id=0, pad_token_id=1),
}
TIED = {**USUAL, "tie_word_embeddings": True}


def values(name, shape):
    """float32, by the name and the index alone; around 1 in the vectors that norms multiply with."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = (numpy.arange(int(numpy.prod(shape)), dtype=numpy.uint64) * 0x9E3779B9 + seed) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ((x ^ (x >> shift)) * factor) & 0xFFFFFFFF
    unit = (x ^ (x >> 16)).astype(numpy.float64) / 2**31 - 1
    vector = len(shape) == 1
    amplitude = 0.25 if vector else (3 / shape[-1]) ** 0.5
    base = 1.0 if vector and name.endswith("weight") else 0.0
    return (base + amplitude * unit).astype(numpy.float32).reshape(shape)


def run(config, part=AutoModelForCausalLM, **changes):
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        part.from_config(config).save_pretrained(folder)
        weights = Path(folder, "model.safetensors")
        with safe_open(weights, "np") as file:
            shapes = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}
        save_file({name: values(name, shape) for name, shape in shapes.items()}, weights, {"format": "pt"})
        saved = {**json.loads(Path(folder, "config.json").read_text()), **changes}
        Path(folder, "config.json").write_text(json.dumps(saved))
        model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    with torch.no_grad():
        logits = model.eval()(torch.tensor([TOKENS])).logits[0].double()
    logs = torch.log_softmax(logits, -1)
    scores = [round(logs[index, token].item(), 5) for index, token in enumerate(TOKENS[1:])]
    return {"config": saved, "tensors": shapes, "logProbabilities": scores}


def main():
    cases = {}
    for family, fields in FAMILIES.items():
        cases[family] = run(AutoConfig.for_model(family, **fields))
    for family, fields in FAMILIES.items():
        # Without a tie there would be no head.
        tied = AutoConfig.for_model(family, **{**fields, "tie_word_embeddings": True})
        cases[f"{family}, without the head"] = run(tied, AutoModel)
        apart = AutoConfig.for_model(family, **{**fields, "tie_word_embeddings": False})
        cases[f"{family}, tied but with a head"] = run(apart, tie_word_embeddings=True)
    for name in ACT2CLS:
        if name not in ("prelu", "xielu"):
            cases[f"llama with {name}"] = run(AutoConfig.for_model("llama", **{**TIED, "hidden_act": name}))
    for family in ("gemma", "gemma2", "gemma3_text"):
        field = "hidden_act" if family == "gemma" else "hidden_activation"
        cases[f"{family} with gelu"] = run(AutoConfig.for_model(family, **{**FAMILIES[family], field: "gelu"}))
    lines = [f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()]
    target = Path(__file__).parents[3] / "tests/integration/families/fixtures/saved-by-transformers.json"
    target.write_text(f'{{\n  "tokens": {TOKENS},\n' + ",\n".join(lines) + "\n}\n")


main()
