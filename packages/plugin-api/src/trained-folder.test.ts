import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EditableModel } from './intervention.ts';
import { readTrainedOrigin, remarkOnOrigin } from './trained-folder.ts';

let folder: string;
const prune = { name: 'prune', version: 1, settings: { layer: 1 } };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-trained-'));
  writeFileSync(join(folder, 'adapter.safetensors'), 'values');
  const sha256 = createHash('sha256').update('values').digest('hex');
  const training = {
    asked: { model: 'a'.repeat(64), interventions: [prune] },
    files: [{ file: 'adapter.safetensors', sha256 }],
  };
  writeFileSync(join(folder, 'training.json'), JSON.stringify({ training }));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is said where the model has these contents, behind these interventions. */
async function said(model: string, before: readonly (typeof prune)[]): Promise<string[]> {
  const remarks: string[] = [];
  const context = { contentHash: async () => model, before };
  const edited = { context, remark: (text: string) => void remarks.push(text) } as unknown as EditableModel;
  await remarkOnOrigin(edited, readTrainedOrigin(folder));
  return remarks;
}

describe('the origin of a result', () => {
  it('is no remark where model and interventions are those of the training', async () => {
    expect(await said('a'.repeat(64), [prune])).toEqual([]);
  });

  it('is a remark where the model is another, and where other interventions stand before', async () => {
    expect(await said('b'.repeat(64), [prune])).toEqual([expect.stringContaining('was trained from another model')]);
    expect(await said('a'.repeat(64), [])).toEqual([
      'was trained behind prune:{"layer":1}; here no intervention stands before it',
    ]);
    const other = { ...prune, settings: { layer: 2 } };
    expect(await said('a'.repeat(64), [other])).toEqual([expect.stringContaining('here prune:{"layer":2}')]);
  });

  it('is unknown of what others have written', () => {
    rmSync(join(folder, 'training.json'));
    expect(readTrainedOrigin(folder)).toBeUndefined();
  });

  it('refuses files that are not those that the training wrote', () => {
    writeFileSync(join(folder, 'adapter.safetensors'), 'other values');
    expect(() => readTrainedOrigin(folder)).toThrow(expect.objectContaining({ code: 'plugin-api/result-changed' }));
  });
});
