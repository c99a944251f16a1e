/** Exported decoders give what the graphs give that score, for every family: at once, token by token, and padded. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxDTypes, writeOnnxModel } from '@linchpin/exporting';
import { layExported, openDecoder } from '@linchpin/models';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { tinyFamilies, tinyFamily } from '../tiny-families.ts';
import { ExportedModel } from './run-exported.ts';

const root = temporaryFolder();

/** Of log-probabilities: float32 in another order of summation, as for text that is written token by token. */
const tolerance = 2e-5;

/** Rotary frequencies that depend on the length of the sequence. */
const refused = 'phi3-long';

describe.each(tinyFamilies().filter(({ name }) => name !== refused))('$name', ({ name, ids: sequences, write }) => {
  it('gives what is scored', async () => {
    const folder = join(root, name);
    await write(folder);
    const out = join(root, `${name}-exported`);
    await mkdir(out);
    const laid = await layExported(await openDecoder(folder));
    await writeOnnxModel(laid, { folder: out, dtype: onnxDTypes[0]!, signal: AbortSignal.timeout(60_000) });
    await laid.release();
    const [ids, other] = sequences as [readonly number[], readonly number[]];
    const executor = await openExecutor(folder);
    const expected = await runSequence(executor, ids);
    const last = async (tokens: readonly number[]): Promise<Float32Array> =>
      (await runSequence(executor, tokens)).lastLogProbabilities;
    const short = other.slice(0, 7);
    const shortLast = await last(short);
    await executor.release();

    const model = await ExportedModel.open(join(out, 'model.onnx'));
    const ones = (length: number): number[] => Array.from({ length }, () => 1);
    const whole = await model.feed({ rows: [ids], mask: [ones(ids.length)] });
    ids
      .slice(1)
      .forEach((id, at) =>
        expect(Math.abs(whole[at]![id]! - expected.nextLogProbabilities[at]!)).toBeLessThan(tolerance),
      );
    expect(largestDifference(whole.at(-1)!, expected.lastLogProbabilities)).toBeLessThan(tolerance);

    model.reset();
    let after = await model.feed({ rows: [ids.slice(0, 5)], mask: [ones(5)] });
    for (let at = 5; at < ids.length; at++) after = await model.feed({ rows: [[ids[at]!]], mask: [ones(at + 1)] });
    expect(largestDifference(after[0]!, expected.lastLogProbabilities)).toBeLessThan(tolerance);

    model.reset();
    const padding = ids.length - short.length;
    const padded = [...Array.from({ length: padding }, () => 0), ...short];
    const mask = [ones(ids.length), padded.map((_, at) => Number(at >= padding))];
    const first = (row: readonly number[]): number[] => row.slice(0, -2);
    await model.feed({ rows: [first(ids), first(padded)], mask: mask.map(first) });
    const both = await model.feed({ rows: [ids.slice(-2), padded.slice(-2)], mask });
    expect(largestDifference(both[1]!, expected.lastLogProbabilities)).toBeLessThan(tolerance);
    expect(largestDifference(both[3]!, shortLast)).toBeLessThan(tolerance);
    await model.release();
  });
});

it('refuses rotary frequencies that depend on the length, and takes a context below that length', async () => {
  const folder = join(root, refused);
  await tinyFamily(refused).write(folder);
  const decoder = await openDecoder(folder);
  await expect(layExported(decoder)).rejects.toMatchObject({
    code: 'models/needs-whole-sequence',
    problem: { subject: 'the model', action: expect.stringContaining('--context') },
  });
  const laid = await layExported(decoder, { contextLength: 6 });
  expect(laid.cache).toHaveLength(2);
  await laid.release();
});
