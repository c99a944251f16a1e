/** The pair rule against lm-evaluation-harness 0.4.13's own code, for every tokenizer: ids of contexts and continuations. */
import { existsSync, readFileSync } from 'node:fs';
import { PairEncoder } from '@linchpin/evaluator';
import { folderTexts, loadTokenizer } from '@linchpin/models';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

interface Pair {
  readonly context: string;
  readonly continuation: string;
  readonly context_ids: readonly number[];
  readonly continuation_ids: readonly number[];
  readonly context_ids_bos: readonly number[];
  readonly continuation_ids_bos: readonly number[];
}

for (const name of ['mini', 'stories260K', 'tinystories-656k', 'llama2', 'gpt2', 'gpt-neox', 'olmo']) {
  const golden = `golden/tokenization/pairs/${name}.jsonl`;
  const folder = existsSync(sharedPath(`models/${name}`)) ? `models/${name}` : `tokenizers/${name}`;
  describeShared(`pairs, ${name}`, [golden, folder], () => {
    it('have the ids of the reference, without BOS and with what the tokenizer adds', async () => {
      const tokenizer = await loadTokenizer(folderTexts(sharedPath(folder)));
      const never = new PairEncoder(tokenizer, 'never');
      const tokenizers = new PairEncoder(tokenizer, 'tokenizer');
      const always = tokenizer.addsBos ? new PairEncoder(tokenizer, 'always') : undefined;
      const pairs = readFileSync(sharedPath(golden), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Pair);
      expect(pairs.length).toBeGreaterThan(100);
      for (const pair of pairs) {
        const { context, continuation } = pair;
        expect(never.encode(context, continuation)).toEqual({
          context: pair.context_ids,
          continuation: pair.continuation_ids,
        });
        const withBos = { context: pair.context_ids_bos, continuation: pair.continuation_ids_bos };
        expect(tokenizers.encode(context, continuation)).toEqual(withBos);
        if (always !== undefined) expect(always.encode(context, continuation)).toEqual(withBos);
      }
    });
  });
}
