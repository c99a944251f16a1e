/** What is written behind prompts of both protocols, against transformers 5.23.0; golden/answers.py makes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniFolder } from '@linchpin/datasets';
import { createContext, original } from '@linchpin/execution';
import { openWriter } from '@linchpin/generation';
import { openHarness } from '@linchpin/harness';
import { findProtocol } from '@linchpin/paper-smt';
import { expect, it } from 'vitest';

interface Golden {
  readonly items: readonly {
    readonly set: string;
    readonly doc: number;
    readonly protocol: string;
    readonly max_tokens: number;
    readonly prompt_ids: readonly number[];
    readonly ids: readonly number[];
    readonly text: string;
  }[];
}

it('is what transformers writes, text for text', async () => {
  const { items } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../golden/answers-mini.json'), 'utf8'),
  ) as Golden;
  expect(items.length).toBeGreaterThan(10);
  const harness = await openHarness();
  const { tokenizer, ...opened } = await harness.open();
  const writer = await openWriter({ ...opened, tokenizer }, original, createContext());
  for (const [name, ofProtocol] of Map.groupBy(items, ({ protocol }) => protocol)) {
    const protocol = findProtocol(name);
    const prompts = ofProtocol.map(({ set, doc }) => {
      const lines = readFileSync(join(miniFolder, `llm-adapters/${set}/test.jsonl`), 'utf8').split('\n');
      const { instruction } = JSON.parse(lines[doc]!) as { instruction: string };
      return tokenizer.encodeWithSpecialTokens(protocol.prompt(instruction));
    });
    expect(prompts).toEqual(ofProtocol.map(({ prompt_ids }) => prompt_ids));
    const { beams, repetitionPenalty } = protocol;
    const search = { beams, repetitionPenalty, maxTokens: ofProtocol[0]!.max_tokens, endIds: [tokenizer.eosId!] };
    let written = 0;
    for await (const { index, ids } of writer.write(prompts, search)) {
      const expected = ofProtocol[index]!;
      expect(ids).toEqual(expected.ids);
      expect(protocol.answer({ prompt: prompts[index]!, written: ids }, tokenizer)).toBe(expected.text);
      written++;
    }
    expect(written).toBe(prompts.length);
  }
  await writer.release();
  await harness.close();
});
