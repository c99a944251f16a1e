"""Writes beams-MODEL.json: what `generate` of transformers gives for small models under beams, penalties and ends of texts.

    pip install torch==2.13.0 transformers==5.23.0
    python beams.py FOLDER_OF_MODELS [MODEL ...]

Cases are drawn with a fixed seed. Each is run in float32 and in float64; one whose ids differ between them hangs on the
rounding of a tie, and is left out and counted. Scores are those of float32.
"""

import json
import random
import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = [
    'Once upon a time',
    'Lily and Tom went to the park. They saw a big',
    'The cat',
    'One day, a little girl named Mia found a red ball. "What is this?" she asked. She',
    'Summer is hot. Winter is',
    'He was sad because',
]
CASES = 36


def cases(tokenizer):
    draw = random.Random(7)
    ends = {name: tokenizer.encode(text, add_special_tokens=False)[-1] for name, text in [('.', 'a.'), (',', 'a,')]}
    own = tokenizer.eos_token_id
    for index in range(CASES):
        beams = 1 + index % 5
        yield {
            'prompt': draw.choice(PROMPTS),
            'beams': beams,
            'repetition_penalty': draw.choice([1.0, 1.1, 1.1, 1.3]),
            'max_tokens': draw.choice([1, 2, 9, 20, 40]),
            'end_ids': draw.choice([[own], [ends['.']], [own, ends['.']], [own, ends['.'], ends[',']], []]),
            'early_stopping': False if beams == 1 else draw.choice([False, False, True, 'never']),
            'length_penalty': 1.0 if beams == 1 else draw.choice([1.0, 1.0, 0.0, 2.0]),
        }


@torch.no_grad()
def written(model, ids, case):
    beams, ends = case['beams'], case['end_ids']
    beamed = {} if beams == 1 else {
        'num_return_sequences': beams,
        'early_stopping': case['early_stopping'],
        'length_penalty': case['length_penalty'],
    }
    model.generation_config.eos_token_id = ends or None
    model.generation_config.pad_token_id = 0
    model.config.eos_token_id = ends or None
    given = torch.tensor([ids])
    output = model.generate(
        given,
        attention_mask=torch.ones_like(given),
        do_sample=False,
        num_beams=beams,
        repetition_penalty=case['repetition_penalty'],
        max_new_tokens=case['max_tokens'],
        return_dict_in_generate=True,
        output_scores=True,
        **beamed,
    )
    texts = []
    for row in output.sequences[:, len(ids):].tolist():
        end = next((place + 1 for place, id in enumerate(row) if id in ends), len(row))
        texts.append(row[:end])
    return texts, ([] if beams == 1 else output.sequences_scores.tolist())


def golden(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    models = [AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval() for dtype in (torch.float32, torch.float64)]
    items, ties = [], 0
    for case in cases(tokenizer):
        ids = tokenizer(case['prompt'])['input_ids']
        (texts, scores), (precise, _) = (written(model, ids, case) for model in models)
        if texts != precise:
            ties += 1
            continue
        items.append({**case, 'prompt_ids': ids, 'ids': texts, 'scores': [round(score, 7) for score in scores]})
    versions = {'torch': torch.__version__, 'transformers': transformers.__version__}
    return {'model': folder.name, 'versions': versions, 'left_out_as_ties': ties, 'items': items}


if __name__ == '__main__':
    torch.set_num_threads(1)
    root = Path(sys.argv[1])
    for name in sys.argv[2:] or ['mini', 'stories260K', 'tinystories-656k']:
        found = golden(root / name)
        lines = ',\n'.join(json.dumps(item) for item in found.pop('items'))
        head = json.dumps(found)[:-1]
        Path(__file__).with_name(f'beams-{name}.json').write_text(f'{head}, "items": [\n{lines}\n]}}\n')
        print(name, found['left_out_as_ties'])
