/** Contexts and continuations are, character by character, those that lm-evaluation-harness 0.4.13 builds. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { findDataset } from '@linchpin/datasets';
import type { Question } from '@linchpin/plugin-api';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { findTask } from '../src/select-tasks.ts';
import { loadQuestions } from '../src/load-questions.ts';
import { pairsOf } from './pairs-of.ts';
import { dataFolderOf, type GoldenRequest, readRequests, readResults } from './lm-eval-golden.ts';

const seven = ['arc_challenge', 'arc_easy', 'hellaswag', 'lambada_openai', 'piqa', 'sciq', 'winogrande'];
const runs = [
  { run: 'stories260K/never/first100', names: seven, items: 100 },
  { run: 'tinystories-656k/never/first100', names: seven, items: 100 },
  { run: 'tinystories-656k/never/first100-more', names: ['boolq', 'openbookqa', 'social_iqa'], items: 100 },
  { run: 'stories260K/never/first100-more', names: ['boolq', 'openbookqa', 'social_iqa'], items: 100 },
  { run: 'mini/never/mini', names: seven, items: 200 },
];

for (const { run, names, items } of runs) {
  describeShared(`requests of ${run}`, [`golden/lm-eval/${run}`, 'datasets'], () => {
    const requests = readRequests(run);
    const { results } = readResults(run);

    it.each(names)('%s', async (name) => {
      const task = findTask(name);
      const { data_file: dataFile, skipped } = results[name]!;
      expect(findDataset(dataFolderOf(run), task.dataset).file).toBe(resolve(sharedPath('datasets'), dataFile));
      const questions = await Array.fromAsync(loadQuestions(task, dataFolderOf(run), { limit: items }));
      const scored = questions.filter(({ docId }) => !(String(docId) in skipped));
      const pairs = scored.flatMap(({ docId, question }) => askedOf(docId, question));
      const golden = [...requests.get(name)!.values()].flat();
      const hasText = (_: unknown, index: number): boolean => golden[index]?.context !== undefined;
      expect(pairs.filter(hasText)).toEqual(golden.filter(hasText).map((request) => textsOf(request)));
      expect(pairs.map((pair) => digest(pair))).toEqual(golden.map((request) => digest(request)));
      expect(scored).toHaveLength(items - Object.keys(skipped).length);
    });
  });
}

type Asked = Pick<GoldenRequest, 'doc_id' | 'choice' | 'context' | 'continuation'>;

function askedOf(docId: number, question: Question): Asked[] {
  return pairsOf(question).map((pair, choice) => ({ doc_id: docId, choice, ...pair }));
}

function textsOf({ doc_id, choice, context, continuation }: GoldenRequest): Asked {
  return { doc_id, choice, context: context!, continuation: continuation! };
}

/** Item, choice, and the sha256 of context and continuation in one. */
function digest({
  doc_id: docId,
  choice,
  context,
  continuation,
  sha256,
}: Asked & { readonly sha256?: string }): string {
  return `${docId} ${choice} ${
    sha256 ??
    createHash('sha256')
      .update(context! + continuation!)
      .digest('hex')
  }`;
}
