"""Codes and scales of random matrices by onnxruntime's own quantizer: python make_codes.py > codes.json

pip install onnxruntime==1.32.0 numpy==2.4.6

Weights are float32 [out, in], row-major, and a block is filled to its end: what a shorter one is filled with says nothing.
"""
import json
import sys

import numpy as np
from onnxruntime.capi._pybind_state import quantize_matmul_4bits, quantize_matmul_8bits

random = np.random.default_rng(0)
cases = []
for bits, quantize in ((4, quantize_matmul_4bits), (8, quantize_matmul_8bits)):
    for block in (16, 32):
        rows, columns = 3, 64
        spread = random.choice([0.01, 1, 30], size=(columns, rows))
        weights = (random.standard_normal((columns, rows)) * spread).astype(np.float32)
        weights[:block, 0] = 0
        weights[0, 1], weights[1, 1] = 40, -40
        blocks = columns // block
        codes = np.zeros((rows, blocks, block * bits // 8), dtype=np.uint8)
        scales = np.zeros(rows * blocks, dtype=np.float32)
        zeros = np.zeros(rows * ((blocks * bits + 7) // 8), dtype=np.uint8)
        quantize(codes, weights, scales, zeros, block, rows, columns, True)
        cases.append({
            "bits": bits,
            "block": block,
            "shape": [rows, columns],
            "weights": [float(f"{value:.9g}") for value in weights.T.ravel()],
            "codes": codes.ravel().tolist(),
            "scales": [float(f"{value:.9g}") for value in scales],
        })
json.dump(cases, sys.stdout)
