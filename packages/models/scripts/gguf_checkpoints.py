"""Writes tiny GGUF files of every architecture that is read, beside what transformers makes of them:
packages/models/test/fixtures/gguf.

    pip install transformers==5.24.0 accelerate torch safetensors numpy gguf==0.19.0
    python packages/models/scripts/gguf_checkpoints.py

`write` puts a model into a file by the rules of llama.cpp's convert_hf_to_gguf.py; `NAME.safetensors` are the weights that
`from_pretrained(gguf_file=…)` reads out of it, and `NAME.json` the config. transformers does not read `gemma` and `olmo2`: there
the twin is the model itself. It is given the config, which it does not read whole. `llama` is quantized, its rows being of whole blocks.
"""

import json
from pathlib import Path

import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter, quantize
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

OUT = Path(__file__).parents[1] / "test" / "fixtures" / "gguf"
OUT.mkdir(parents=True, exist_ok=True)
USUAL = dict(vocab_size=20, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=64, rms_norm_eps=2**-16, bos_token_id=1, eos_token_id=2, pad_token_id=None)
GEMMA = {**USUAL, "head_dim": 8}
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192, rope_theta=500000.0)
MODELS = {
    "llama": {**USUAL, "hidden_size": 32, "intermediate_size": 32, "tie_word_embeddings": True, "num_hidden_layers": 1},
    "llama-rope": {**USUAL, "num_attention_heads": 2, "num_key_value_heads": 2, "num_hidden_layers": 1, "max_position_embeddings": 16384, "head_dim": 8, "rope_parameters": LLAMA3},
    "qwen2": {**USUAL, "tie_word_embeddings": True},
    "qwen3": {**USUAL, "head_dim": 8},
    "olmo2": USUAL,
    "phi3": USUAL,
    "gemma": GEMMA,
    "gemma2": {**GEMMA, "query_pre_attn_scalar": 8, "sliding_window": 12},
    "gemma3": {**GEMMA, "query_pre_attn_scalar": 8, "sliding_window": 12, "num_hidden_layers": 2},
    "gpt2": dict(vocab_size=20, n_embd=16, n_layer=2, n_head=2, n_positions=64, layer_norm_epsilon=2**-16, bos_token_id=1, eos_token_id=2),
}
NAMES = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
         "transformer.wte": "token_embd", "transformer.wpe": "position_embd", "transformer.ln_f": "output_norm"}
PARTS = {"input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "self_attn.qkv_proj": "attn_qkv", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "mlp.gate_up_proj": "ffn_up",
         "ln_1": "attn_norm", "ln_2": "ffn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}
AROUND = {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm"}
# What transformers does not read.
UNREAD = ("gemma", "olmo2")
# Of the matrices of `llama`.
KINDS = {"attn_q": "Q4_0", "attn_k": "Q8_0", "attn_v": "Q5_1", "attn_output": "F16", "ffn_gate": "Q4_1", "ffn_up": "BF16", "ffn_down": "Q5_0", "token_embd": "Q8_0"}


def rename(name, architecture):
    stem, kind = name.rsplit(".", 1)
    if stem in NAMES:
        return f"{NAMES[stem]}.{kind}"
    layer, part = stem.removeprefix("model.layers.").removeprefix("transformer.h.").split(".", 1)
    after = {**PARTS, "post_attention_layernorm": "ffn_norm"} if architecture not in ("gemma2", "gemma3", "olmo2") else {**PARTS, **AROUND}
    return f"blk.{layer}.{after[part]}.{kind}"


def permute(weights, heads):
    return weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


def rope_factors(config):
    size = config.head_dim
    wavelengths = 2 * np.pi * 500000.0 ** (np.arange(0, size, 2) / size)
    share = np.clip((8192 / wavelengths - 1) / 3, 0, 1)
    return (1 / ((1 - share) / 8 + share)).astype(np.float32)


def write(name, config, state):
    architecture = {"llama-rope": "llama"}.get(name, name)
    writer = GGUFWriter(OUT / f"{name}.gguf", architecture)
    gpt2 = architecture == "gpt2"
    writer.add_context_length(config.n_positions if gpt2 else config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_feed_forward_length(4 * config.n_embd if gpt2 else config.intermediate_size)
    if gpt2:
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
    else:
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_vocab_size(config.vocab_size)
        size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        writer.add_key_length(size)
        writer.add_value_length(size)
        if architecture in ("llama", "phi3"):
            writer.add_rope_dimension_count(size)
        writer.add_rope_freq_base(config.rope_parameters["full_attention"]["rope_theta"] if architecture == "gemma3" else config.rope_parameters["rope_theta"])
    if architecture in ("gemma2", "gemma3"):
        writer.add_sliding_window(config.sliding_window)
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    letters = [chr(ord("a") + index) for index in range(config.vocab_size - 4)]
    writer.add_token_list(["<unk>", "<s>", "</s>", *letters, "ab"])
    writer.add_token_types([2, 3, 3, *[1] * len(letters), 1])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if name == "llama-rope":
        writer.add_tensor("rope_freqs.weight", rope_factors(config))
    for key, value in state.items():
        weights = value.float().numpy()
        if architecture == "llama" and ".q_proj." in key:
            weights = permute(weights, config.num_attention_heads)
        if architecture == "llama" and ".k_proj." in key:
            weights = permute(weights, config.num_key_value_heads)
        if architecture.startswith("gemma") and key.endswith("norm.weight"):
            weights = weights + np.float32(1)
        if gpt2 and any(part in key for part in ("c_attn.weight", "c_proj.weight", "c_fc.weight")):
            weights = weights.T
        new = rename(key, architecture)
        part = new.removesuffix(".weight").split(".")[-1]
        kind = GGMLQuantizationType[KINDS[part]] if name == "llama" and part in KINDS else GGMLQuantizationType.F32
        writer.add_tensor(new, quantize(np.ascontiguousarray(weights), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


for name, fields in MODELS.items():
    model_type = {"llama-rope": "llama", "gemma3": "gemma3_text"}.get(name, name)
    torch.manual_seed(3)
    config = AutoConfig.for_model(model_type, **fields)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for value in model.state_dict().values():
            torch.nn.init.normal_(value, std=0.5)
    state = {key: value for key, value in model.state_dict().items() if not (key == "lm_head.weight" and config.tie_word_embeddings)}
    write(name, config, state)
    read = {key: (value + 1) - 1 if name == "gemma" and key.endswith("norm.weight") else value for key, value in state.items()}
    if name not in UNREAD:
        loaded = AutoModelForCausalLM.from_pretrained(OUT, gguf_file=f"{name}.gguf", config=config, dtype=torch.float32)
        read = {key: value for key, value in loaded.state_dict().items() if key in state}
        worst = max((read[key] - state[key]).abs().max().item() for key in state)
        print(name, "transformers reads it with a difference of", worst)
    save_file({key: value.clone().contiguous() for key, value in read.items()}, OUT / f"{name}.safetensors")
    (OUT / f"{name}.safetensors").chmod(0o644)
    (OUT / f"{name}.json").write_text(json.dumps(json.loads(config.to_json_string(use_diff=False)), indent=2) + "\n")
