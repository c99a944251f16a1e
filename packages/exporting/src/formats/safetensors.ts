/** A checkpoint with the interventions in its weights, as the Hugging Face hub lays it out. */
import { applied } from '@linchpin/execution';
import type { MergedCheckpoint } from '@linchpin/harness';
import {
  type Exported,
  type ExportFormat,
  type ExportRequest,
  type ExportSettings,
  requireUnused,
} from '../export-format.ts';
import { withoutEffect } from '../errors.ts';

const dtypes = ['exact', 'float32', 'stored'] as const;

export const safetensors: ExportFormat = {
  name: 'safetensors',
  dtypes,
  check({ dtypes: given = [], block, holdOut, context }: ExportSettings) {
    if (given.length > 1) throw withoutEffect('dtypes', given.join(', '), 'safetensors');
    requireUnused({ block, holdOut, context }, 'safetensors');
  },
  usesSuperWeights: () => false,
  write,
};

async function write({ harness, model, chain, folder, options }: ExportRequest): Promise<Exported> {
  const dtype = dtypes.find((each) => each === options.dtypes?.[0]) ?? 'exact';
  const merged = await harness.merge(model, { interventions: chain, out: folder, dtype });
  return {
    notes: [
      ...changesInWords(merged),
      ...(merged.isWidened
        ? [
            'What was changed is stored in float32, because a narrower type would not hold it exactly, and `config.json` names float32: ' +
              'a program that loads the model in half precision rounds these changes.',
          ]
        : []),
    ],
    interventions: applied(chain.interventions).map((each, index) => {
      const remarks = merged.remarks.filter(({ intervention }) => intervention === index).map(({ text }) => text);
      return remarks.length === 0 ? each : { ...each, remarks };
    }),
    use: [
      '```python',
      'from transformers import AutoModelForCausalLM, AutoTokenizer',
      '',
      "model = AutoModelForCausalLM.from_pretrained('FOLDER', dtype='auto')",
      "tokenizer = AutoTokenizer.from_pretrained('FOLDER')",
      '```',
    ].join('\n'),
    library: 'transformers',
    tags: [],
    relation: 'finetune',
    facts: { tensors: merged.tensors, changed: merged.changed, remarks: merged.remarks },
  };
}

function changesInWords({ tensors, changed }: MergedCheckpoint): string[] {
  const sum = `${changed.length} of ${tensors} tensors were changed; all others have the bytes that they had.`;
  return [
    sum,
    ...changed.map(({ name, dtype, rounded }) => {
      const loss =
        rounded === undefined || rounded.largest === 0
          ? ''
          : `; rounding moves values by at most ${rounded.share.toPrecision(2)} of the largest and undoes ${rounded.undone} of ${rounded.changed} changes`;
      return `\`${name}\` (${dtype}${loss})`;
    }),
  ];
}
