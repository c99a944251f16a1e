import { readFileSync } from 'node:fs';
import { expect, describe, it } from 'vitest';
import type { CheckpointTexts } from '../src/checkpoint-texts.ts';
import { loadTokenizer } from '../src/tokenizer.ts';

/** Made by transformers 5.23.0: scripts/declared_tokens.py. */
interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly texts: readonly { readonly text: string; readonly ids: number[]; readonly skipped: string }[];
}

const fixture = new URL('fixtures/declared-tokens.json', import.meta.url);
const cases = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Case[];

function textsOf(files: Case['files']): CheckpointTexts {
  const read = (name: string): string | undefined => (name in files ? JSON.stringify(files[name]) : undefined);
  return { locate: (name) => name, readText: async (name) => read(name) };
}

describe('tokens that the files beside tokenizer.json declare', () => {
  it.each(cases)('are those of transformers: $name', async ({ files, bosId, eosId, texts }) => {
    const tokenizer = await loadTokenizer(textsOf(files));
    const found = texts.map(({ text }) => {
      const ids = tokenizer.encode(text);
      return { text, ids, skipped: tokenizer.decode(ids, { skipSpecialTokens: true }) };
    });
    expect(found).toEqual(texts);
    expect([tokenizer.bosId ?? null, tokenizer.eosId ?? null]).toEqual([bosId, eosId]);
  });

  it('are named where they get another id than their file gives them', async () => {
    const warnings: string[] = [];
    const { files } = cases.find(({ name }) => name.includes('with gaps'))!;
    await loadTokenizer(textsOf(files), { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([expect.stringContaining('"<y>" (25, taken as 10), "<x>" (30, taken as 11)')]);
  });

  it('may lie beyond the embedding, which is said', async () => {
    const warnings: string[] = [];
    const files = { ...cases[0]!.files, 'tokenizer_config.json': { pad_token: '<pad>' } };
    const limits = { vocabularySize: 10, onWarning: (warning: string) => warnings.push(warning) };
    expect((await loadTokenizer(textsOf(files), limits)).encode('a<pad>')).toEqual([4, 10]);
    expect(warnings).toEqual([expect.stringMatching(/"<pad>" \(10\).* 10 rows/)]);
    await expect(loadTokenizer(textsOf(files), { ...limits, vocabularySize: 9 })).rejects.toMatchObject({
      code: 'models/tokenizer-id-out-of-range',
    });
  });
});
