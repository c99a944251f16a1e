import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyFile, type JsonObject, readRows } from '@linchpin/datasets';
import { parquetOf } from '@linchpin/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rowsOf(content: Uint8Array): Promise<JsonObject[]> {
  const file = join(folder, 'rows.parquet');
  writeFileSync(file, content);
  return Array.fromAsync(readRows(file), ({ value }) => value);
}

const rows = Array.from({ length: 250 }, (_, index) => ({
  id: `row ${index}`,
  split: 'test',
  ind: index,
  label: index % 7 === 0 ? null : String(index % 4),
  share: (index + 0.5) / 8,
  isRight: index % 3 === 0,
  choices: { text: [`é ${index}`, 'b'].slice(index % 3), label: ['A', 'B'].slice(index % 3) },
  nested: [[index], [], [1, 2]],
}));
const whole = parquetOf(rows, { rowGroupSize: 100 });
const footerLength = whole.readUInt32LE(whole.length - 8);

/** The same pages behind another footer. */
function withFooter(footer: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([whole.subarray(0, whole.length - 8 - footerLength), footer, length, Buffer.from('PAR1')]);
}

function refusal(found: RegExp): object {
  return { code: 'datasets/bad-parquet', problem: { found: expect.stringMatching(found) } };
}

describe('a Parquet file', () => {
  it.each(['SNAPPY', 'UNCOMPRESSED'] as const)(
    'gives structures, lists and nulls as JSON has them (%s)',
    async (codec) => {
      expect(await rowsOf(parquetOf(rows, { codec, rowGroupSize: 100 }))).toEqual(rows);
    },
  );

  it('is the same data set as its rows in lines', async () => {
    const [inTable, inLines] = [join(folder, 'same.parquet'), join(folder, 'same.jsonl')];
    writeFileSync(inTable, whole);
    writeFileSync(inLines, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    expect(await identifyFile(inTable)).toEqual(await identifyFile(inLines));
  });

  it('reads one row group after the other', async () => {
    const file = join(folder, 'groups.parquet');
    const damaged = Buffer.from(
      parquetOf(
        rows.map(({ id }) => ({ id })),
        { rowGroupSize: 100, codec: 'UNCOMPRESSED' },
      ),
    );
    damaged[damaged.indexOf('row 230')] = 0xff;
    writeFileSync(file, damaged);
    const found: JsonObject[] = [];
    await expect(
      (async () => {
        for await (const { value } of readRows(file)) found.push(value);
      })(),
    ).rejects.toMatchObject(refusal(/no UTF-8/));
    expect(found).toHaveLength(200);
  });

  it('says which file is not there', async () => {
    await expect(Array.fromAsync(readRows(join(folder, 'absent.parquet')))).rejects.toMatchObject({
      code: 'datasets/unreadable-file',
    });
  });

  it('refuses every beginning of a file', async () => {
    for (let length = 0; length < whole.length; length += 1 + Math.floor(length / 40))
      await expect(rowsOf(whole.subarray(0, length))).rejects.toMatchObject({ code: 'datasets/bad-parquet' });
  });

  it.each([
    [
      'a list of 2^60 entries',
      [0x29, 0xf5, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
      /more bits than its type/,
    ],
    ['a list of 2^31 entries', [0x29, 0xf5, 0x80, 0x80, 0x80, 0x80, 0x08], /list of 2147483648 entries/],
    ['a text of 2^31 bytes', [0x68, 0x80, 0x80, 0x80, 0x80, 0x08], /2147483648 bytes announced/],
    ['structures in structures', Array<number>(5000).fill(0x1c), /more than 24 deep/],
    ['lists in lists', [0x19, ...Array<number>(5000).fill(0x19)], /more than 24 deep/],
    ['no end', [0x15, 0x02], /announced where 0 are left/],
    ['a map', [0x1b, 0x00], /type 11/],
    [
      'more values than a footer has',
      [0x19, 0xf1, 0xc0, 0x84, 0x3d, ...Array<number>(1_000_001).fill(1)],
      /more than 1000000 values/,
    ],
  ])('refuses a footer with %s', async (_, footer, found) => {
    await expect(rowsOf(withFooter(Uint8Array.from(footer)))).rejects.toMatchObject(refusal(found));
  });

  it('refuses one value that is repeated for ever', async () => {
    // A column of nulls: its levels are one run, of which the length is written in two bytes.
    const nulls = parquetOf(
      Array.from({ length: 200 }, () => ({ a: null })),
      { codec: 'UNCOMPRESSED' },
    );
    const run = nulls.indexOf(Buffer.of(0x90, 0x03, 0x00)); // 200 times 0
    expect(run).toBeGreaterThan(0);
    nulls[run + 1] = 0x7f;
    await expect(rowsOf(nulls)).rejects.toMatchObject(refusal(/a run of 8136 values where 200 are left/));
  });

  it('ends with rows or a refusal, whatever bytes are changed', async () => {
    const small = parquetOf(rows.slice(0, 12), { rowGroupSize: 5 });
    const change = fc.tuple(fc.nat(small.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(small);
        for (const [at, byte] of changes) bytes[at] = byte;
        const outcome = await rowsOf(bytes).catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ code: 'datasets/bad-parquet' });
        else expect(outcome).toHaveLength(12);
      }),
      { numRuns: 400 },
    );
  });
});
