"""Writes version-0-2.json: the requests that lm-evaluation-harness 0.2.0 builds of shared rows, for the tasks of DeepSpeed-MoE's Table 2.

    pip download lm_eval==0.2.0 --no-deps && unzip lm_eval-0.2.0-py3-none-any.whl -d OLD
    python version_0_2.py SHARED_FOLDER OLD

Only the methods of its task classes are run, on rows in memory; what its modules import and do not need for that is left out.
"""

import hashlib
import json
import sys
import types
from pathlib import Path
from unittest.mock import MagicMock

HERE = Path(__file__).resolve().parent
ROWS = {
    'lambada_v0_2': ('lambada_openai/test.jsonl', 0, 20),
    'piqa_v0_2': ('piqa/validation.jsonl', 0, 20),
    'boolq_v0_2': ('boolq/validation.jsonl', 0, 12),
    'race_high_v0_2': ('rows/race.jsonl', 0, 8),
    'triviaqa_v0_2': ('triviaqa/rc_subset3000.jsonl', 0, 30),
    'webqs_v0_2': ('web_questions/test.jsonl', 0, 30),
}


def load(old):
    """The classes of tasks, with stand-ins for what is imported beside them."""
    for name in ('best_download', 'jsonlines', 'sacrebleu', 'sklearn', 'sklearn.metrics', 'torch', 'torch.nn', 'torch.nn.functional', 'transformers', 'transformers.data', 'transformers.data.metrics', 'transformers.data.metrics.squad_metrics',
                 'tqdm', 'pytest', 'pycountry', 'pytablewriter', 'openai', 'sqlitedict', 'rouge_score', 'numpy.random', 'omegaconf'):
        sys.modules.setdefault(name, MagicMock())
    sys.modules['datasets'] = types.SimpleNamespace(__version__='1.15.1', load_dataset=None)
    sys.path.insert(0, old)
    package = types.ModuleType('lm_eval.tasks')  # its own __init__ imports every task
    package.__path__ = [f'{old}/lm_eval/tasks']
    sys.modules['lm_eval.tasks'] = package
    from lm_eval.tasks import lambada, piqa, race, superglue, triviaqa, webqs

    classes = {'lambada_v0_2': lambada.LAMBADA, 'piqa_v0_2': piqa.PiQA, 'boolq_v0_2': superglue.BoolQ, 'race_high_v0_2': race.RACE,
               'triviaqa_v0_2': triviaqa.TriviaQA, 'webqs_v0_2': webqs.WebQs}
    return {name: each.__new__(each) for name, each in classes.items()}


def document(name, task, row):
    """A row of the hub as the version's own data have it."""
    if name == 'piqa_v0_2':
        return task._convert_standard(row)
    if name == 'boolq_v0_2':
        return {**row, 'label': row.get('label', int(row['answer'] if 'answer' in row else 0))}
    if name == 'race_high_v0_2':
        import ast

        return {**row, 'problems': ast.literal_eval(row['problems'])}
    if name == 'triviaqa_v0_2':
        return {'Question': row['question'], 'Answer': {'Value': row['answer']['value'], 'Aliases': list(row['answer']['aliases'])}}
    return row


def main():
    shared = Path(sys.argv[1])
    cases = []
    for name, task in load(sys.argv[2]).items():
        module = sys.modules[type(task).construct_requests.__module__]
        asked = []
        module.rf = types.SimpleNamespace(loglikelihood=lambda context, continuation: (asked.append((context, continuation)), (0, 0))[1])
        file, first, last = ROWS[name]
        path = HERE / file if file.startswith('rows/') else shared / 'datasets' / file
        rows = [json.loads(line) for line in path.read_text(encoding='utf-8').split('\n') if line][first:last]
        for row in rows:
            doc = document(name, task, row)
            task.construct_requests(doc, task.doc_to_text(doc))
        if name == 'boolq_v0_2':  # yes is asked before no there
            asked = [pair for i in range(0, len(asked), 2) for pair in (asked[i + 1], asked[i])]
        whole = ''.join(f'{context}\x00{continuation}\x00' for context, continuation in asked)
        cases.append({'task': name, 'rows': [file, first, last], 'requests': len(asked), 'sha256': hashlib.sha256(whole.encode()).hexdigest()})
    (HERE / 'version-0-2.json').write_text('[\n' + ',\n'.join(json.dumps(each) for each in cases) + '\n]\n', encoding='utf-8')


if __name__ == '__main__':
    main()
