"""Gradients of tiny models of every family in float64, from torch through transformers: python generate.py

pip install torch==2.13.0 transformers==5.23.0 accelerate==1.15.0

Writes cases.json and <case>.safetensors beside this file. Weights are drawn by name (see `weights`), so that no checkpoint
has to be kept: tiny-checkpoint.ts draws the same. Gradients are rounded to float32; float32_error is what a float32 run of
torch differs by, relative to the largest entry of the tensor. The loss is the mean cross-entropy over
all targets that are not -100; position t predicts label t + 1.
"""
import json
import os
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
from torch.overrides import TorchFunctionMode
from transformers import AutoConfig, AutoModelForCausalLM

HERE = Path(__file__).parent
torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


class Promote(TorchFunctionMode):
    """Turns what modelling code does in float32 on purpose (softmax, norms, rotary tables) into float64."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        swap = lambda value: torch.float64 if value is torch.float32 else value
        args = tuple(swap(value) for value in args)
        kwargs = {key: swap(value) for key, value in (kwargs or {}).items()}
        if func is torch.Tensor.float:
            return args[0].double()
        if func is torch.Tensor.type_as and args[0].dtype == torch.float64:
            return args[0]
        return func(*args, **kwargs)


def weights(name, shape, norm):
    """A linear congruential generator (Numerical Recipes' constants) seeded with the name's FNV-1a hash; exact in float32."""
    state = 0x811C9DC5
    for byte in name.encode():
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    count = int(np.prod(shape))
    drawn = np.empty(count)
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        drawn[i] = (state >> 8) / 2**23 - 1
    if len(shape) == 1:
        offset = norm if name.endswith("weight") else 0
        values = offset + drawn / 4
    else:
        values = drawn * 2.0 ** (1 - int(np.floor(np.log2(np.sqrt(shape[-1])) + 0.5)))
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


BASE = {
    "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 16,
    "vocab_size": 24, "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": False, "rms_norm_eps": 1e-3,
    "rope_theta": 10000.0, "hidden_act": "silu", "attention_bias": False,
}
MOE = {"num_key_value_heads": 1, "moe_intermediate_size": 6, "num_experts": 4, "num_experts_per_tok": 2}
LONG = {"original_max_position_embeddings": 8, "pad_token_id": 2, "rope_scaling": {"type": "longrope", "short_factor": [1.0, 1.2], "long_factor": [1.3, 2.5]}}
FALCON = {
    "model_type": "falcon", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 24, "bias": False,
    "multi_query": True, "parallel_attn": True, "new_decoder_architecture": False, "alibi": False, "layer_norm_epsilon": 1e-3,
    "bos_token_id": 1, "eos_token_id": 2, "hidden_dropout": 0.0, "attention_dropout": 0.0,
}
NEOX = {
    "model_type": "gpt_neox", "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 24,
    "max_position_embeddings": 16, "rotary_pct": 0.5, "rotary_emb_base": 10000, "layer_norm_eps": 1e-3, "hidden_act": "gelu",
    "use_parallel_residual": True, "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2,
}
OPT = {
    "model_type": "opt", "hidden_size": 8, "ffn_dim": 12, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 24, "pad_token_id": 1,
    "bos_token_id": 2, "eos_token_id": 2, "max_position_embeddings": 16, "word_embed_proj_dim": 8, "do_layer_norm_before": True,
    "activation_function": "relu", "dropout": 0.0, "attention_dropout": 0.0, "layerdrop": 0.0, "_remove_final_layer_norm": False,
}
GEMMA = {**BASE, "num_key_value_heads": 1, "head_dim": 4, "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh", "pad_token_id": 0, "tie_word_embeddings": True}
CAPS = {"attn_logit_softcapping": 1.5, "final_logit_softcapping": 2.0, "query_pre_attn_scalar": 6, "sliding_window": 6}

CASES = {
    "bloom": {"model_type": "bloom", "hidden_size": 8, "n_head": 2, "n_layer": 2, "vocab_size": 24, "layer_norm_epsilon": 1e-3, "seq_length": 16,
              "hidden_dropout": 0.0, "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 3},
    "falcon": FALCON,
    "falcon-alibi": {**FALCON, "alibi": True, "multi_query": False, "parallel_attn": False, "bias": True},
    "falcon-grouped": {**FALCON, "new_decoder_architecture": True, "num_attention_heads": 4, "hidden_size": 16, "num_kv_heads": 2},
    "gemma": {**GEMMA, "model_type": "gemma"},
    "gemma2": {**GEMMA, **CAPS, "model_type": "gemma2"},
    "gemma3": {**GEMMA, "model_type": "gemma3_text", "query_pre_attn_scalar": 6, "sliding_window": 6, "sliding_window_pattern": 2, "rope_local_base_freq": 100.0},
    "gpt-neox": NEOX,
    "gpt-neox-sequential": {**NEOX, "use_parallel_residual": False},
    "gpt2": {"model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_layer": 2, "n_positions": 16, "n_ctx": 16, "vocab_size": 24, "activation_function": "gelu_new",
             "layer_norm_epsilon": 1e-3, "attn_pdrop": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "bos_token_id": 1, "eos_token_id": 2},
    "llama": {**BASE, "model_type": "llama", "num_key_value_heads": 1},
    "llama-tied-biases": {**BASE, "model_type": "llama", "num_key_value_heads": 2, "attention_bias": True, "mlp_bias": True, "tie_word_embeddings": True},
    "mistral": {**BASE, "model_type": "mistral", "num_key_value_heads": 1, "sliding_window": 5},
    "mixtral": {**BASE, "model_type": "mixtral", "num_key_value_heads": 1, "num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": None},
    "olmo": {**BASE, "model_type": "olmo", "num_key_value_heads": 2, "clip_qkv": 1.0, "pad_token_id": 1},
    "olmo2": {**BASE, "model_type": "olmo2", "num_key_value_heads": 1, "pad_token_id": 1},
    "olmoe": {**BASE, "model_type": "olmoe", "num_key_value_heads": 2, "intermediate_size": 6, "num_experts": 4, "num_experts_per_tok": 3, "clip_qkv": 1.0,
              "norm_topk_prob": False, "pad_token_id": 1},
    "opt": OPT,
    "opt-norms-behind": {**OPT, "do_layer_norm_before": False},
    "phi3": {**BASE, "model_type": "phi3", "num_key_value_heads": 1, "pad_token_id": 2, "sliding_window": 5, "original_max_position_embeddings": 16},
    "phi3-long": {**BASE, **LONG, "model_type": "phi3", "num_key_value_heads": 2, "sliding_window": None},
    "qwen2-moe": {**BASE, **MOE, "model_type": "qwen2_moe", "shared_expert_intermediate_size": 8, "decoder_sparse_step": 2, "norm_topk_prob": False, "use_sliding_window": False},
    "qwen2": {**BASE, "model_type": "qwen2", "num_key_value_heads": 1, "use_sliding_window": False, "tie_word_embeddings": True},
    "qwen3-moe": {**BASE, **MOE, "model_type": "qwen3_moe", "head_dim": 4, "mlp_only_layers": [1], "decoder_sparse_step": 1, "norm_topk_prob": True, "use_sliding_window": False},
    "qwen3": {**BASE, "model_type": "qwen3", "num_key_value_heads": 1, "head_dim": 4, "use_sliding_window": False, "tie_word_embeddings": True},
}


def read(folder):
    with safe_open(Path(folder) / "model.safetensors", "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def save(model):
    """Tensors as the hub has them, whatever transformers makes of them in memory."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return read(folder)


def run(name, config):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text(json.dumps(config))
        shapes = save(AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32))
        norm = 0 if config["model_type"].startswith("gemma") else 1  # Gemma adds 1 itself
        save_file({key: weights(key, tuple(tensor.shape), norm) for key, tensor in shapes.items()}, Path(folder) / "model.safetensors", metadata={"format": "pt"})
        # Falcon's eager attention adds ALiBi twice, to the scores and with the mask.
        attention = "sdpa" if config.get("alibi") else "eager"
        double = gradients(folder, attention, torch.float64)
        single = gradients(folder, attention, torch.float32)
    save_file({key: value.float() for key, value in double["gradients"].items()}, HERE / f"{name}.safetensors")
    worst = max((relative_error(single["gradients"], double["gradients"], key), key) for key in shapes)
    print(name, double["loss"], sum(tensor.numel() for tensor in shapes.values()), worst)
    batch = {"ids": IDS.tolist(), "labels": LABELS.tolist()}
    return {"config": config, **batch, "loss": float(f"{double['loss']:.12g}"), "float32_error": float(f"{worst[0]:.2g}")}


def batch():
    ids = torch.randint(4, 24, (3, 12), generator=torch.Generator().manual_seed(7))
    labels = ids.clone()
    labels[1, :5] = -100
    labels[2, 9:] = -100
    return ids, labels


IDS, LABELS = batch()


def gradients(folder, attention, dtype):
    promote = Promote if dtype == torch.float64 else nullcontext
    torch.set_default_dtype(dtype)
    with promote():
        model, info = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation=attention, experts_implementation="eager", output_loading_info=True)
    torch.set_default_dtype(torch.float32)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    model.eval()
    with promote():
        logits = model(input_ids=IDS, use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, 24), LABELS[:, 1:].reshape(-1), ignore_index=-100)
    assert loss.dtype == dtype
    loss.backward()
    for parameter in model.parameters():
        parameter.data = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
    return {"loss": loss.item(), "gradients": {key: tensor.contiguous() for key, tensor in save(model).items()}}


def relative_error(got, expected, key):
    """Of the largest of the tensor; a bias shares the scale of its weight, for that of keys has the gradient 0."""
    twin = key.removesuffix("bias") + "weight"
    scale = max(expected[each].abs().max().item() for each in (key, twin) if each in expected)
    return (got[key].double() - expected[key]).abs().max().item() / scale if scale > 0 else 0.0


def main():
    cases = {name: run(name, config) for name, config in CASES.items() if len(sys.argv) == 1 or name in sys.argv[1:]}
    lines = [f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()]
    if len(sys.argv) == 1:
        (HERE / "cases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
