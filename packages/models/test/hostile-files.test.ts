/**
 * Whatever the bytes of a checkpoint's files are, it opens, or is refused by an error that has a code: nothing else is thrown, nothing
 * hangs, and no claim of a size is believed.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLinchpinError } from '@linchpin/errors';
import { folderTexts, loadTokenizer, openDecoder } from '@linchpin/models';
import { temporaryFolder } from '@linchpin/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const encodedFolder = temporaryFolder();
const text = 'Hello ▁ world\n1234 <user> 😀 ' + 'ab '.repeat(50);

/** `opened`, or the code of the error; anything else that is thrown is handed on as it is. */
async function outcome(use: () => Promise<unknown>): Promise<unknown> {
  try {
    await use();
    return 'opened';
  } catch (error) {
    return isLinchpinError(error) ? error.code : error;
  }
}

const isNamed = (found: unknown): boolean => typeof found === 'string';

const changesOf = (length: number): fc.Arbitrary<[number, number][]> =>
  fc.array(fc.tuple(fc.nat(length - 1), fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255))), {
    minLength: 1,
    maxLength: 6,
  });

function changed(bytes: Uint8Array, changes: readonly (readonly [number, number])[], length: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [at, value] of changes) copy[at] = value;
  return copy.subarray(0, length);
}

const end = (length: number): fc.Arbitrary<number> => fc.oneof(fc.constant(length), fc.nat(length));

describe.each(['llama', 'gemma', 'unigram', 'bytes'])('tokenizer.model of %s', (name) => {
  const bytes = readFileSync(fixture(`tokenizers/${name}/tokenizer.model`));
  const folder = temporaryFolder();

  async function load(content: Uint8Array): Promise<unknown> {
    writeFileSync(join(folder, 'tokenizer.model'), content);
    return await outcome(async () => {
      const tokenizer = await loadTokenizer(folderTexts(folder));
      tokenizer.decode(tokenizer.encode(text));
    });
  }

  it('is read or refused with any bytes in it', async () => {
    await fc.assert(
      fc.asyncProperty(changesOf(bytes.length), end(bytes.length), async (changes, length) => {
        expect(await load(changed(bytes, changes, length))).toSatisfy(isNamed);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where it is empty, or claims a piece of 2^60 bytes', async () => {
    const claim = [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    expect(await load(new Uint8Array())).toBe('models/sentencepiece-malformed');
    expect(await load(Uint8Array.from([...claim, ...bytes]))).toBe('models/sentencepiece-malformed');
  });
});

it.each(['llama', 'gpt2'])('opens or refuses the GGUF file of %s with any bytes in it', async (name) => {
  const bytes = readFileSync(fixture(`gguf/${name}.gguf`));
  const file = join(temporaryFolder(), 'changed.gguf');
  // Most changes shall hit the metadata and the list of tensors.
  const changes = fc.oneof(changesOf(2500), changesOf(bytes.length));
  await fc.assert(
    fc.asyncProperty(changes, end(bytes.length), async (made, length) => {
      writeFileSync(file, changed(bytes, made, length));
      const found = await outcome(async () => {
        const { checkpoint } = await openDecoder(file, { encodedFolder });
        (await loadTokenizer(checkpoint)).encode('abcab</s>');
      });
      expect(found).toSatisfy(isNamed);
    }),
    { numRuns: 150 },
  );
});

describe('an index of shards', () => {
  const folder = temporaryFolder();
  cpSync(fixture('pytorch/gpt_neox'), folder, { recursive: true });
  const open = async (index: unknown): Promise<unknown> => {
    writeFileSync(join(folder, 'pytorch_model.bin.index.json'), JSON.stringify(index));
    return await outcome(() => openDecoder(folder));
  };

  it('is refused whatever it holds instead of its map', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await open(value)).toMatch(/^models\/(?:not-json-object|index-malformed)$/);
        expect(await open({ weight_map: value })).toMatch(/^(?:models|torch-file)\//);
      }),
      { numRuns: 100 },
    );
  });

  it.each(['../twin', '/etc/passwd', '..\\twin', 'twin/../../x', 'C:\\x', '.', ''])(
    'never opens the file %s, outside the folder',
    async (name) => {
      expect(await open({ weight_map: { 'embed_out.weight': name } })).toBe('models/shard-outside-folder');
    },
  );

  it('is refused where it names a folder, or a file that is no shard', async () => {
    expect(await open({ weight_map: { 'embed_out.weight': 'twin' } })).toBe('torch-file/cannot-read');
    expect(await open({ weight_map: { 'embed_out.weight': 'config.json' } })).toBe('torch-file/damaged');
  });
});

it('refuses a unigram model of any form, by the field that is wrong', async () => {
  const folder = temporaryFolder();
  const json = JSON.parse(readFileSync(fixture('tokenizers/json/tokenizer.json'), 'utf8')) as { model: object };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('vocab', 'unk_id', 'byte_fallback', 'type'),
      fc.jsonValue(),
      async (field, value) => {
        const model = { ...json.model, [field]: value };
        writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...json, model }));
        const found = await outcome(async () => (await loadTokenizer(folderTexts(folder))).encode(text));
        expect(found).toSatisfy(isNamed);
      },
    ),
    { numRuns: 100 },
  );
});

it.each(['', '#version: 0.2\na b c\n', 'only\n', '\u0000 \u0000\n'])(
  'refuses merges that are none: %j',
  async (merges) => {
    const folder = temporaryFolder();
    cpSync(fixture('tokenizers/merges'), folder, { recursive: true });
    writeFileSync(join(folder, 'merges.txt'), merges);
    const found = await outcome(() => loadTokenizer(folderTexts(folder)));
    expect(found).toBe(
      merges === ''
        ? 'opened'
        : merges.startsWith('\u0000')
          ? 'models/tokenizer-merge-unknown'
          : 'models/merges-malformed',
    );
  },
);
