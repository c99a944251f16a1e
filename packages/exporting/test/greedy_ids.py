"""Texts that an exported model writes in onnxruntime-genai, always the likeliest token: python greedy_ids.py FOLDER COUNT '["prompt", …]'

pip install onnxruntime-genai==0.18.0 onnxruntime==1.32.0

Prints JSON: for each prompt its ids, with those that the tokenizer puts around a text, and COUNT ids behind them.
"""
import json
import sys

import onnxruntime_genai as og

folder, count, prompts = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
model = og.Model(folder)
tokenizer = og.Tokenizer(model)
# Without it a text has no BOS, whatever the tokenizer's files say.
tokenizer.update_options(add_special_tokens="true")
written = []
for prompt in prompts:
    ids = [int(each) for each in tokenizer.encode(prompt)]
    parameters = og.GeneratorParams(model)
    parameters.set_search_options(max_length=len(ids) + count, do_sample=False)
    generator = og.Generator(model, parameters)
    generator.append_tokens(ids)
    while not generator.is_done():
        generator.generate_next_token()
    written.append({"prompt": ids, "ids": [int(each) for each in generator.get_sequence(0)][len(ids) :]})
print(json.dumps(written))
