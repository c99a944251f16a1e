"""Writes answers-mini.json: what transformers writes behind prompts of the mini sets under both protocols.

    pip install torch==2.13.0 transformers==5.23.0
    python answers.py ROOT_OF_THE_REPOSITORY

Prompts and answers are put together as the protocols' own code does it (run_commonsense_parallel.py of SMT,
commonsense_evaluate.py of LLM-Adapters), one item at a time, in float32. 256 tokens are cut to 48: enough to tell.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

SMT = '''<s> Below is an instruction that describes a task. Write a response that appropriately completes the request. 

### Instruction:
{instruction}

### Response:
'''

LLM_ADAPTERS = '''Below is an instruction that describes a task. Write a response that appropriately completes the request. 

                ### Instruction:
                {instruction}

                ### Response:
                '''


@torch.no_grad()
def answers(root):
    folder = root / 'models/mini'
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for name in ('piqa', 'winogrande', 'hellaswag'):
        lines = (root / f'datasets/mini/llm-adapters/{name}/test.jsonl').read_text().splitlines()[:2]
        for doc, row in enumerate(map(json.loads, lines)):
            for protocol, template, settings in (
                ('smt', SMT, {'repetition_penalty': 1.1, 'max_new_tokens': 48}),
                ('llm-adapters', LLM_ADAPTERS, {'max_new_tokens': 32}),
            ):
                prompt = template.format(instruction=row['instruction'])
                given = tokenizer(prompt, return_tensors='pt')
                ids = given['input_ids']
                output = model.generate(
                    ids, attention_mask=given['attention_mask'], do_sample=False, num_beams=4, pad_token_id=0,
                    eos_token_id=tokenizer.eos_token_id, **settings,
                )
                text = tokenizer.batch_decode(output, skip_special_tokens=True)[0]
                if protocol == 'smt':
                    text = text[len(tokenizer.batch_decode(ids, skip_special_tokens=True)[0]):].lower()
                else:
                    text = text.split('### Response:')[1].strip()
                yield {
                    'set': name, 'doc': doc, 'protocol': protocol, 'max_tokens': settings['max_new_tokens'],
                    'prompt_ids': ids[0].tolist(), 'ids': output[0, ids.shape[1]:].tolist(), 'text': text,
                }


if __name__ == '__main__':
    torch.set_num_threads(1)
    items = ',\n'.join(json.dumps(item) for item in answers(Path(sys.argv[1])))
    versions = json.dumps({'torch': torch.__version__, 'transformers': transformers.__version__})
    Path(__file__).with_name('answers-mini.json').write_text(f'{{"versions": {versions}, "items": [\n{items}\n]}}\n')
