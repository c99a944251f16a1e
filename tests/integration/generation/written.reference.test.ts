/**
 * Tasks whose answers are written, beside lm-evaluation-harness 0.4.13 (golden/written.py): texts of two small models to the last
 * character, examples, cut prompts and stop strings included, and how texts are judged.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type HarnessOptions, openHarness } from '@linchpin/harness';
import type { ResultRow } from '@linchpin/plugin-api';
import { selectTasks } from '@linchpin/tasks';
import { describeShared, sharedPath, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

type Judged = Readonly<Record<string, readonly [said: string, isRight: number]>>;

interface Golden {
  readonly texts: readonly {
    readonly task: string;
    readonly answers: readonly string[];
    readonly text: string;
    readonly judged: Judged;
  }[];
  readonly models: readonly {
    readonly model: string;
    readonly task: string;
    readonly count: number;
    readonly items: readonly { readonly prompt: string; readonly text: string; readonly judged: Judged }[];
  }[];
}

const here = new URL('golden/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('written.json', here), 'utf8')) as Golden;
/** Names of the filters, in the order of the metrics. */
const filters: Readonly<Record<string, readonly string[]>> = {
  gsm8k: ['strict-match', 'flexible-extract'],
  triviaqa: ['remove_whitespace'],
};

describe('texts', () => {
  it.each(golden.texts)('$task says the same of "$text"', ({ task, answers, text, judged }) => {
    const { writing } = selectTasks([task]).tasks[0]!;
    const ours = writing!.judges
      .map((judge) => judge(text, answers))
      .map(({ said, isRight }) => [said, isRight ? 1 : 0]);
    expect(ours).toEqual(filters[task]!.map((filter) => judged[filter]));
  });
});

describeShared(
  'answers that models write',
  ['models/stories260K', 'models/tinystories-656k', 'datasets/triviaqa'],
  () => {
    const datasets = temporaryFolder();
    mkdirSync(join(datasets, 'gsm8k'));
    for (const split of ['test', 'train'])
      copyFileSync(new URL(`gsm8k.${split}.jsonl`, here), join(datasets, 'gsm8k', `${split}.jsonl`));
    mkdirSync(join(datasets, 'triviaqa'));
    const subset = 'triviaqa/rc_subset3000.jsonl';
    const rows = readFileSync(sharedPath(join('datasets', subset)), 'utf8')
      .split('\n')
      .slice(0, 6);
    writeFileSync(join(datasets, subset), rows.map((row) => `${row}\n`).join(''));

    it('are not compared with those of a reference, and are remembered', { timeout: 120_000 }, async () => {
      const store = join(datasets, 'store');
      const write = async (more: object = {}, options: HarnessOptions = {}): Promise<readonly ResultRow[]> => {
        const harness = await openHarness({ threads: 1, datasets, store, ...options });
        try {
          const opened = await harness.open(sharedPath('models/stories260K'));
          return (await harness.evaluate(opened, { tasks: ['triviaqa'], limit: 2, ...more })).rows;
        } finally {
          await harness.close();
        }
      };
      await expect(write({ reference: [] })).rejects.toMatchObject({ code: 'harness/written-beside-reference' });
      await expect(write({}, { stages: 2 })).rejects.toMatchObject({ code: 'runtime/not-by-stages' });
      const first = await write();
      const database = new DatabaseSync(join(store, 'store.sqlite'));
      const count = (): unknown => Object.values(database.prepare('SELECT count(*) FROM texts').get()!)[0];
      expect(count()).toBe(2);
      expect((await write()).map(({ value }) => value)).toEqual(first.map(({ value }) => value));
      expect(count()).toBe(2);
      database.close();
    });

    it.each(golden.models)('$model, $task', { timeout: 120_000 }, async ({ model, task, count, items }) => {
      const harness = await openHarness({ threads: 1, datasets });
      const opened = await harness.open(sharedPath(`models/${model}`));
      const texts: { prompt: string; text: string }[] = [];
      const { rows: numbers } = await harness.evaluate(opened, {
        tasks: [task],
        bos: 'tokenizer',
        ...(count === 0 ? {} : { numFewshot: count }),
        onText: ({ prompt, written }) => void texts.push({ prompt, text: written }),
      });
      await harness.close();
      expect(texts).toEqual(items.map(({ prompt, text }) => ({ prompt, text })));
      const right = filters[task]!.map((filter) => items.reduce((sum, { judged }) => sum + judged[filter]![1], 0));
      expect(numbers.map(({ correct, items: asked }: ResultRow) => [correct, asked])).toEqual(
        right.map((correct) => [correct, items.length]),
      );
    });
  },
);
