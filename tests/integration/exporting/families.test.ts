/** Exported decoders give what the graphs give that score, for every family: at once, token by token, and padded. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxDTypes, writeOnnxModel } from '@linchpin/exporting';
import { layExported, openDecoder } from '@linchpin/models';
import { readHeader } from '@linchpin/safetensors';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { writeTinyCheckpoint } from '../gradients/tiny-checkpoint.ts';
import { openExecutor } from '../open-executor.ts';
import { ExportedModel } from './run-exported.ts';

const golden = join(import.meta.dirname, '../gradients/golden');
const cases = JSON.parse(readFileSync(join(golden, 'cases.json'), 'utf8')) as Readonly<
  Record<string, { readonly config: Readonly<Record<string, unknown>>; readonly ids: readonly (readonly number[])[] }>
>;
const root = temporaryFolder();

/** Of log-probabilities: float32 in another order of summation, as for text that is written token by token. */
const tolerance = 2e-5;

/** Rotary frequencies that depend on the length of the sequence. */
const refused = 'phi3-long';

async function checkpointOf(name: string): Promise<string> {
  const folder = join(root, name);
  const { tensors } = await readHeader(join(golden, `${name}.safetensors`));
  await writeTinyCheckpoint(folder, cases[name]!.config, new Map([...tensors].map(([key, { shape }]) => [key, shape])));
  return folder;
}

describe.each(Object.keys(cases).filter((name) => name !== refused))('%s', (name) => {
  it('gives what is scored', async () => {
    const folder = await checkpointOf(name);
    const out = join(root, `${name}-exported`);
    await mkdir(out);
    const laid = await layExported(await openDecoder(folder));
    await writeOnnxModel(laid, { folder: out, dtype: onnxDTypes[0]!, signal: AbortSignal.timeout(60_000) });
    await laid.release();
    const [ids, other] = cases[name]!.ids as [readonly number[], readonly number[]];
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
  const decoder = await openDecoder(await checkpointOf(refused));
  await expect(layExported(decoder)).rejects.toMatchObject({
    code: 'models/needs-whole-sequence',
    problem: { subject: 'the model', action: expect.stringContaining('--context') },
  });
  const laid = await layExported(decoder, { contextLength: 6 });
  expect(laid.cache).toHaveLength(4);
  await laid.release();
});
