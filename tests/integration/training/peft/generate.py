"""Adapters as PEFT writes them, with what PEFT computes of them: python generate.py (packages: see scores.py)

Writes adapters/<case>/ and cases.json beside this file. Models are the tiny ones of ../../gradients/golden, drawn by the names of
their tensors. A begins as PEFT has it, B and the magnitudes are moved at random, from one seed a case. `merged` is of the float64 run
(float32 weights widened) after merge_and_unload; `float32_error` is what the float32 run differs by, merged or beside.
"""
import importlib.util
import json
import tempfile
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from scores import load, log_probabilities, scores
from transformers import AutoConfig, AutoModelForCausalLM

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("golden", HERE.parents[1] / "gradients/golden/generate.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)

LLAMA = ["q_proj", "k_proj", "v_proj", "up_proj", "down_proj"]
CASES = {
    "llama-lora": ("llama", dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])),
    "llama-dora": ("llama", dict(r=4, lora_alpha=8, target_modules=LLAMA, use_dora=True)),
    "llama-rslora": ("llama", dict(r=3, lora_alpha=5, target_modules="all-linear", use_rslora=True)),
    "llama-patterns": ("llama", dict(r=4, lora_alpha=8, target_modules=LLAMA, exclude_modules=["layers.0.mlp.up_proj"], use_rslora=True,
                                     rank_pattern={"q_proj": 2, "layers.1.mlp.down_proj": 6, r"layers\.\d\.self_attn.v_proj": 1}, alpha_pattern={"k_proj": 3, ".*down_proj": 1})),
    "llama-layers": ("llama", dict(r=2, lora_alpha=7, target_modules=["gate_proj", "o_proj"], layers_to_transform=[1])),
    "llama-expression": ("llama", dict(r=2, lora_alpha=4, target_modules=r".*layers\.0\.(self_attn|mlp)\.(q_proj|up_proj)")),
    "llama-head": ("llama", dict(r=2, lora_alpha=4, target_modules=["q_proj", "lm_head"], use_dora=True)),
    "llama-biases": ("llama-tied-biases", dict(r=4, lora_alpha=8, target_modules=LLAMA, use_dora=True)),
    "qwen3-dora": ("qwen3", dict(r=4, lora_alpha=6, target_modules=LLAMA, use_dora=True, use_rslora=True)),
    "gpt2-lora": ("gpt2", dict(r=4, lora_alpha=8, target_modules=["c_attn", "c_fc"])),
    "gpt2-dora": ("gpt2", dict(r=4, lora_alpha=8, target_modules=["c_attn", "mlp.c_proj"], use_dora=True, fan_in_fan_out=True)),
    "gpt-neox-lora": ("gpt-neox", dict(r=4, lora_alpha=8, target_modules=["query_key_value"], init_lora_weights="gaussian")),
    "gpt-neox-dora": ("gpt-neox", dict(r=4, lora_alpha=8, target_modules=["query_key_value", "dense_h_to_4h"], use_dora=True)),
    "opt-lora": ("opt", dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "fc2"])),
    "phi3-dora": ("phi3", dict(r=4, lora_alpha=8, target_modules=["qkv_proj", "gate_up_proj"], use_dora=True)),
}


def write_model(folder, config):
    (folder / "config.json").write_text(json.dumps(config))
    shapes = golden.save(AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32))
    tensors = {key: golden.weights(key, tuple(tensor.shape), 1) for key, tensor in shapes.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def write_adapter(model_folder, folder, settings, model_name, seed):
    torch.manual_seed(seed)
    model = get_peft_model(load(model_folder), LoraConfig(task_type="CAUSAL_LM", **settings))
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_(std=0.3)
        if "lora_magnitude_vector" in name:
            parameter.data *= 1 + 0.3 * torch.randn_like(parameter)
    model.peft_config["default"].base_model_name_or_path = model_name
    model.save_pretrained(folder)
    (folder / "README.md").unlink()


def far(a, b):
    return (torch.tensor(a, dtype=torch.float64) - torch.tensor(b, dtype=torch.float64)).abs().max().item()


def run(name, model, settings, seed):
    folder = HERE / "adapters" / name
    ids = golden.IDS.tolist()
    with tempfile.TemporaryDirectory() as model_folder:
        model_folder = Path(model_folder)
        write_model(model_folder, golden.CASES[model])
        write_adapter(model_folder, folder, settings, model, seed)
        single = scores(model_folder, folder, ids)
        double = scores(model_folder, folder, ids, torch.float64, golden.Promote)
        with golden.Promote():
            plain = log_probabilities(load(model_folder, torch.float64), ids)
    error = max(far(single[key], double["merged"]) for key in ("merged", "beside"))
    print(name, "error", error, "moves", far(plain, double["merged"]))
    merged = [[float(f"{value:.9g}") for value in row] for row in double["merged"]]
    return {"model": model, "ids": ids, "merged": merged, "float32_error": float(f"{error:.2g}")}


if __name__ == "__main__":
    cases = {name: run(name, *case, seed) for seed, (name, case) in enumerate(CASES.items())}
    lines = [f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()]
    (HERE / "cases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
