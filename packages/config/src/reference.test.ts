import type { ResultRow } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { type NamedRun, readReference, type ReferenceNames } from './reference.ts';

const pruned = { name: 'prune', version: 1, settings: { at: 3 } };
const row = (facts: Partial<ResultRow>): ResultRow =>
  ({ model: 'm', modelSha256: 'own', label: 'pruned', interventions: [pruned], ...facts }) as ResultRow;

function names(rows: readonly ResultRow[] = [row({})], command: readonly string[] = []): ReferenceNames {
  const run: NamedRun = { run: { id: '42', command }, rows: () => [rows] };
  return {
    known: ['prune', 'amplify'],
    chainOf: (name) => (name === 'both' ? ['prune', 'amplify'] : undefined),
    openRun: async () => run,
    modelSha256: async () => 'own',
  };
}

const code = (of: string): unknown => expect.objectContaining({ code: `config/${of}` });

describe('readReference', () => {
  it('takes the model as it is, interventions, and chains of the settings', async () => {
    expect(await readReference(['original'], names())).toMatchObject({ interventions: [] });
    expect(await readReference(['prune:{"at": 3}', 'both'], names())).toMatchObject({
      interventions: [{ name: 'prune', settings: { at: 3 } }, 'prune', 'amplify'],
    });
  });

  it('takes the chain of a run from its flags, if it is the one of its rows', async () => {
    const command = ['evaluate', '--intervention', 'prune:{"at": 3}', '--intervention=both'];
    const reference = await readReference(['42'], names([row({})], command));
    expect(reference).toMatchObject({
      label: 'pruned of run 42',
      interventions: [{ name: 'prune', settings: { at: 3 } }, 'prune', 'amplify'],
    });
    expect(() => reference.requireSame([pruned])).not.toThrow();
    expect(() => reference.requireSame([{ ...pruned, version: 2 }])).toThrow(code('reference-unmade'));
  });

  it.each<[string, readonly string[], ReferenceNames]>([
    ['reference-other-model', ['42'], names([row({ modelSha256: 'other' })])],
    ['reference-several-chains', ['42'], names([row({}), row({ interventions: [] })])],
    ['unknown-reference', ['prune:{'], names()],
    ['unknown-reference', ['prune', 'nothing'], names()],
  ])('says %s', async (of, texts, all) => {
    await expect(readReference(texts, all)).rejects.toMatchObject({ code: `config/${of}` });
  });
});
