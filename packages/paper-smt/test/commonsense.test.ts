/** The commonsense table on the embedded model and its sets: what it says, what is remembered, and what can be shown of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHarness } from '@linchpin/harness';
import { commonsenseTable, type SmtTableOptions } from '@linchpin/paper-smt';
import type { ResultRow } from '@linchpin/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-smt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Few tokens, so that the test takes seconds. */
const short = { protocol: 'llm-adapters', limit: 2 } as const;

async function table(options: SmtTableOptions, given: Parameters<typeof openHarness>[0] = {}) {
  const harness = await openHarness({ threads: 1, ...given });
  try {
    const saved = await harness.run(commonsenseTable, options, { out: folder });
    const store = await harness.openStore();
    const id = await harness.endRun();
    return { saved, run: id === undefined ? undefined : store?.runs.read(id) };
  } finally {
    await harness.close();
  }
}

describe('the commonsense table', () => {
  it('has a row a chain, and says which sets are missing', async () => {
    const rows = [
      { label: 'Original', interventions: [] },
      { label: 'Prune SW', interventions: ['prune-super-weight'] },
    ];
    const { saved } = await table({ ...short, limit: 1, rows });
    expect(saved.table.rows.map((row) => row.slice(0, 2))).toEqual([
      ['mini', 'Original'],
      ['mini', 'Prune SW'],
    ]);
    // BoolQ, SIQA and OBQA are not among the embedded sets.
    expect(saved.table.rows[0]!.slice(2).map((value) => value === null)).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(saved.words).toContain(
      'Not in the data folder: boolq, social_i_qa, openbookqa. AVG is that of the 5 other sets',
    );
    expect(saved.numbers).toHaveLength(10);
    expect(saved.numbers[5]).toMatchObject({ label: 'Prune SW', task: 'commonsense_piqa', metric: 'acc_llm-adapters' });
    expect(readFileSync(join(folder, 'table-smt-commonsense.csv'), 'utf8')).toContain('mini,Prune SW,,');
    expect(saved.artifact).toMatchObject({ kind: 'table', rows: [{ label: 'Original' }, { label: 'Prune SW' }] });
  });

  it('goes on where it was ended, with the same texts, and records what was asked', async () => {
    const store = join(folder, 'store');
    const ended = new AbortController();
    const options = { ...short, limit: 3, sets: ['piqa', 'ARC-Easy'] };
    const reporter = reporterOf((label) => {
      if (label.includes('ARC-Easy')) ended.abort(new Error('enough'));
    });
    await expect(table(options, { store, signal: ended.signal, reporter })).rejects.toThrow('interrupted');
    const asides: string[] = [];
    const again = await table(options, { store, reporter: reporterOf(() => {}, asides) });
    expect(asides[0]).toBe(', 3 of 3 texts from the store');
    const { saved } = await table(options);
    const facts = (row: ResultRow): object => ({ ...row, seconds: 0 });
    expect(again.saved.numbers.map(facts)).toEqual(saved.numbers.map(facts));
    const [part] = again.run!.parts;
    expect(part!.items).toHaveLength(3);
    expect(part!.items[0]).toMatchObject({
      docId: 0,
      isRight: false,
      requests: [{ continuation: 'solution1', written: expect.any(String), bos: true }],
    });
  });

  it('counts an answer whose first label is the right one', async () => {
    // The model names no label: an item whose answer is none is right, as in the code of both protocols.
    const datasets = join(folder, 'data');
    mkdirSync(join(datasets, 'boolq'), { recursive: true });
    const items = ['', 'true'].map((answer) => ({ instruction: 'Is a crow a bird?', answer }));
    writeFileSync(join(datasets, 'boolq/test.json'), JSON.stringify(items));
    const { saved } = await table({ protocol: 'llm-adapters', sets: ['boolq'] }, { datasets });
    expect(saved.numbers).toMatchObject([{ value: 0.5, correct: 1, items: 2, dataset: 'test.json' }]);
  });

  it('takes a prompt that does not fit for a wrong answer, and says so', async () => {
    const datasets = join(folder, 'data');
    mkdirSync(join(datasets, 'boolq'), { recursive: true });
    const items = ['crow '.repeat(600), 'Is it?'].map((instruction) => ({ instruction, answer: '' }));
    writeFileSync(join(datasets, 'boolq/test.json'), JSON.stringify(items));
    const { saved } = await table({ protocol: 'llm-adapters' }, { datasets });
    expect(saved.words).toContain('boolq: 1 prompts are longer than the context of 512 tokens, and count as wrong.');
    expect(saved.numbers).toMatchObject([{ items: 2 }]);
  });

  it.each<[SmtTableOptions, string | undefined, string]>([
    [{ protocol: 'smtt' }, undefined, 'paper-smt/unknown-protocol'],
    [{ sets: ['pika'] }, undefined, 'paper-smt/unknown-set'],
    [{}, tmpdir(), 'paper-smt/no-sets'],
    [{ rows: ['a', 'a'].map((label) => ({ label, interventions: [] })) }, undefined, 'paper-smt/equal-labels'],
  ])('refuses %o', async (options, datasets, code) => {
    await expect(table(options, datasets === undefined ? {} : { datasets })).rejects.toMatchObject({ code });
  });
});

function reporterOf(onPart: (label: string) => void, asides: string[] = []) {
  return {
    remark() {},
    begin: () => ({
      async part<T>(
        label: string,
        _: number,
        work: (step: () => void) => Promise<T>,
        aside?: () => string,
      ): Promise<T> {
        onPart(label);
        const result = await work(() => {});
        asides.push(aside?.() ?? '');
        return result;
      },
    }),
    meter: () => () => {},
    download() {},
  };
}
