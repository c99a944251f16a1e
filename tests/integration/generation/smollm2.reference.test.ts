/**
 * What SmolLM2-135M-Instruct writes, greedy, beside lm-evaluation-harness 0.4.13 (golden/smollm2.py): prompts, texts to the last
 * character, what each filter takes out of them, and scores. LINCHPIN_FULL=1 asks all items, otherwise the first three of each run.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { openHarness } from '@linchpin/harness';
import { selectTasks } from '@linchpin/tasks';
import { describeShared, sharedPath, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';

interface Run {
  readonly task: string;
  readonly count: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly items: readonly {
    /** Sha256 of the text. */
    readonly prompt: string;
    readonly text: string;
    readonly judged: Readonly<Record<string, readonly [said: string, isRight: number]>>;
  }[];
}

const golden = JSON.parse(readFileSync(new URL('golden/smollm2.json', import.meta.url), 'utf8')) as {
  readonly gsm8k: Readonly<Record<'test' | 'train', readonly object[]>>;
  readonly runs: readonly Run[];
};
/** Names of the filters, in the order of the metrics. */
const filters: Readonly<Record<string, readonly string[]>> = {
  gsm8k: ['strict-match', 'flexible-extract'],
  triviaqa: ['remove_whitespace'],
};
const weights = 'models/smollm2-135m';
const trivia = 'datasets/triviaqa/rc_subset3000.jsonl';

describeShared('answers that SmolLM2 writes', [`${weights}/model.safetensors`, trivia], () => {
  const datasets = temporaryFolder();
  mkdirSync(join(datasets, 'gsm8k'));
  for (const split of ['test', 'train'] as const)
    writeFileSync(
      join(datasets, 'gsm8k', `${split}.jsonl`),
      golden.gsm8k[split].map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
  mkdirSync(join(datasets, 'triviaqa'));
  symlinkSync(sharedPath(trivia), join(datasets, 'triviaqa/rc_subset3000.jsonl'));

  it.each(golden.runs)('$task, $count examples', { timeout: 1_200_000 }, async ({ task, count, metrics, items }) => {
    const isFull = env['LINCHPIN_FULL'] === '1';
    const asked = isFull ? items : items.slice(0, 3);
    const harness = await openHarness({ threads: 1, datasets });
    const opened = await harness.open(sharedPath(weights));
    const texts: { prompt: string; text: string; answers: (readonly [string, number])[] }[] = [];
    const { judges } = selectTasks([task]).tasks[0]!.writing!;
    const accepted = answersOf(task, asked.length);
    const { rows } = await harness.evaluate(opened, {
      tasks: [task],
      numFewshot: count,
      limit: asked.length,
      bos: 'tokenizer',
      onText: ({ docId, prompt, written: text }) => {
        const judged = judges.map((judge) => judge(text, accepted[docId]!));
        texts.push({
          prompt: createHash('sha256').update(prompt).digest('hex'),
          text,
          answers: judged.map(({ said, isRight }) => [said, isRight ? 1 : 0] as const),
        });
      },
    });
    await harness.close();
    expect(texts).toEqual(
      asked.map(({ prompt, text, judged }) => ({ prompt, text, answers: filters[task]!.map((name) => judged[name]) })),
    );
    const right = filters[task]!.map((name) => asked.reduce((sum, { judged }) => sum + judged[name]![1], 0));
    expect(rows.map(({ correct }) => correct)).toEqual(right);
    if (isFull)
      expect(rows.map(({ value }) => value)).toEqual(filters[task]!.map((name) => metrics[`exact_match,${name}`]));
  });
});

/** The accepted answers of the first items. */
function answersOf(task: string, count: number): string[][] {
  if (task === 'gsm8k') return golden.gsm8k.test.slice(0, count).map((row) => [(row as { answer: string }).answer]);
  const lines = readFileSync(sharedPath(trivia), 'utf8').split('\n').slice(0, count);
  return lines.map((line) => (JSON.parse(line) as { answer: { aliases: string[] } }).answer.aliases);
}
