"""Writes packages/gguf/test/blocks.gguf, a tensor of every element type that is read, and blocks.safetensors, their values as
the Python package gguf gives them.

    pip install numpy gguf==0.19.0 safetensors
    python packages/gguf/scripts/golden_blocks.py

Blocks are random bytes with finite scales, so that every bit of every field counts, and a block of zeros.
"""

from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFWriter, dequantize
from safetensors.numpy import save_file

OUT = Path(__file__).parents[1] / "test"
# Where a block has scales in float16.
SCALES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}

random = np.random.default_rng(11)
writer = GGUFWriter(OUT / "blocks.gguf", "none")
writer.add_uint8("test.uint8", 200)
writer.add_int8("test.int8", -100)
writer.add_uint16("test.uint16", 60000)
writer.add_int16("test.int16", -30000)
writer.add_uint32("test.uint32", 4000000000)
writer.add_int32("test.int32", -2000000000)
writer.add_float32("test.float32", 0.1)
writer.add_uint64("test.uint64", 2**63 + 1)
writer.add_int64("test.int64", -(2**62))
writer.add_float64("test.float64", 0.1)
writer.add_bool("test.bool", True)
writer.add_string("test.string", "héllo ▁ 😀")
writer.add_array("test.texts", ["a", "", "ß"])
writer.add_array("test.numbers", [1.5, -2.0])
values = {}


def add(name, data, kind):
    writer.add_tensor(name, data, raw_dtype=kind)
    values[name] = dequantize(data, kind).astype(np.float32)


for name, scales in SCALES.items():
    kind = GGMLQuantizationType[name]
    count, size = GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (4, 3, size), dtype=np.uint8)
    for at in scales:
        halves = (random.normal(0, 0.02, (4, 3)) + 0.0).astype(np.float16)
        blocks[..., at : at + 2] = halves.view(np.uint8).reshape(4, 3, 2)
    blocks[1, 1] = 0
    # A subnormal scale.
    blocks[2, 0, scales[0] : scales[0] + 2] = [3, 0]
    add(name, blocks.reshape(4, 3 * size), kind)
floats = random.normal(0, 1, (3, 32)).astype(np.float32)
add("F32", floats, GGMLQuantizationType.F32)
add("F16", floats.astype(np.float16), GGMLQuantizationType.F16)
add("BF16", (floats.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8), GGMLQuantizationType.BF16)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
save_file(values, OUT / "blocks.safetensors")
(OUT / "blocks.safetensors").chmod(0o644)
