/** A checkpoint with the interventions in its weights, as the Hugging Face hub lays it out. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applied } from '@linchpin/execution';
import type { MergedCheckpoint } from '@linchpin/harness';
import type { Exported, ExportFormat, ExportRequest, ExportSettings } from '../export-format.ts';
import { withoutEffect } from '../errors.ts';

const dtypes = ['exact', 'float32', 'stored'] as const;

export const safetensors: ExportFormat = {
  name: 'safetensors',
  summary: 'a checkpoint with the interventions in its weights, which transformers opens',
  dtypes,
  check({ dtypes: given = [], block, holdOut, context }: ExportSettings) {
    const expected = 'an export to onnx';
    if (given.length > 1)
      throw withoutEffect(`dtype ${given.slice(1).join(', ')}`, 'a single dtype, or an export to onnx');
    if (block !== undefined) throw withoutEffect('block', expected);
    if (holdOut !== undefined) throw withoutEffect('holdOut', expected);
    if (context !== undefined) throw withoutEffect('context', expected);
  },
  usesSuperWeights: () => false,
  write,
};

async function write({ harness, model, chain, folder, options }: ExportRequest): Promise<Exported> {
  const dtype = dtypes.find((each) => each === options.dtypes?.[0]) ?? 'exact';
  const merged = await harness.merge(model, { interventions: chain, out: folder, dtype });
  const isWidened = merged.changed.some(({ name, dtype: type }) => type !== storedType(model.checkpoint.tensors, name));
  if (isWidened) await nameFloat32(join(folder, 'config.json'));
  return {
    notes: [
      ...changesInWords(merged),
      ...(isWidened
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

function storedType(tensors: ExportRequest['model']['checkpoint']['tensors'], name: string): string | undefined {
  return [...tensors.values()].find((stored) => stored.name === name)?.dtype;
}

/** The type that programs load the weights in unless they are told another. */
async function nameFloat32(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(/("(?:torch_)?dtype"\s*:\s*)"\w+"/g, '$1"float32"'));
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
