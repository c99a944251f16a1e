/** The census of the embedded model, whose super weight is known, through the harness. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExperimentResult, openHarness } from '@linchpin/harness';
import { modelFolder } from '@linchpin/model-mini';
import { openDecoder } from '@linchpin/models';
import { parseArtifact, reportToHtml } from '@linchpin/report';
import { readTensor, writeSafetensors } from '@linchpin/safetensors';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { census, type CensusEntry } from '../src/index.ts';

const root = temporaryFolder();
const harness = await openHarness({ threads: 1, datasets: 'mini', store: join(root, 'store') });
afterAll(() => harness.close());

const options = { windows: 2, window: 128, controls: 1, seed: 7 };

interface Told {
  readonly models: readonly {
    readonly baseline: { readonly nll: number };
    readonly candidates: readonly { readonly effect: number }[];
    readonly entries: readonly CensusEntry[];
  }[];
}

describe('census', () => {
  const out = join(root, 'out');
  let result: ExperimentResult;
  let entries: readonly CensusEntry[];
  beforeAll(async () => {
    result = await harness.run(census, { ...options, allAbove: 5 }, { out });
    ({ entries } = (result.json as Told).models[0]!);
  }, 120_000);

  const of = (group: string, unit: string, factor: number): CensusEntry[] =>
    entries.filter(
      ({ subjects: [subject, second], factor: own }) =>
        second === undefined && own === factor && subject!.group === group && subject!.unit === unit,
    );

  it('has every candidate as a scalar and as a row, beside random and largest ones of its matrix, at both factors', () => {
    for (const factor of [0, 0.5]) {
      for (const unit of ['scalar', 'row']) {
        const candidates = of('candidate', unit, factor);
        const matrices = new Set(candidates.map(({ subjects }) => subjects[0]!.layer)).size;
        expect(candidates.length).toBeGreaterThan(0);
        expect(of('random', unit, factor)).toHaveLength(matrices);
        expect(of('largest', unit, factor)).toHaveLength(matrices);
      }
    }
    for (const { subjects } of entries.filter(({ subjects: [subject] }) => subject!.group === 'largest'))
      expect(subjects[0]!.rank).toBeGreaterThan(0);
  });

  it('shows what the super weight does and no control does, alone and as a row, and less at half its value', () => {
    const at = (list: readonly CensusEntry[]): CensusEntry =>
      list.find(({ subjects: [subject] }) => subject!.layer === 1 && subject!.row === 100)!;
    for (const unit of ['scalar', 'row']) {
      const whole = at(of('candidate', unit, 0));
      expect(whole.change).toBeGreaterThan(1);
      expect(whole.standardError).toBeLessThan(whole.change / 5);
      expect(whole.change).toBeGreaterThan(at(of('candidate', unit, 0.5)).change);
      for (const control of [...of('random', unit, 0), ...of('largest', unit, 0)])
        expect(Math.abs(control.change)).toBeLessThan(whole.change / 10);
      const { nll } = (result.json as Told).models[0]!.baseline;
      expect(whole.relative).toBeCloseTo(whole.change / nll, 9);
      expect(whole.beyondControls).toBeLessThanOrEqual(whole.relative + 0.1);
    }
  });

  it('writes CSV, provenance of every change, and JSON that a report shows', async () => {
    expect(readdirSync(out).toSorted()).toEqual(['census-numbers.csv', 'census.csv', 'census.json']);
    const lines = readFileSync(join(out, 'census.csv'), 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + entries.length);
    expect(result.numbers).toHaveLength(1 + entries.length);
    expect(result.numbers.slice(1).every(({ metric }) => metric === 'loss_change')).toBe(true);
    const file = join(out, 'census.json');
    const artifact = parseArtifact(readFileSync(file, 'utf8'), file);
    const page = await reportToHtml({ title: 'Census', written: 'today', artifacts: [artifact] });
    for (const shown of ['Census of rows and scalars', '1:100:300 × 0', 'largest']) expect(page).toContain(shown);
  });

  it('draws the same controls for the same seed, others for another', async () => {
    const again = await harness.run(census, { ...options, limit: 1 });
    const first = await harness.run(census, { ...options, limit: 1, seed: 8 });
    const drawn = ({ json }: ExperimentResult): string[] =>
      (json as Told).models[0]!.entries.filter(({ subjects: [subject] }) => subject!.group === 'random').map(
        ({ subjects: [subject] }) => `${subject!.row} ${subject!.column}`,
      );
    expect(drawn(await harness.run(census, { ...options, limit: 1 }))).toEqual(drawn(again));
    expect(drawn(first)).not.toEqual(drawn(again));
  }, 120_000);
});

/** The embedded model with its super weight twice: a second neuron does what the first does, a little more. */
async function withTwin(): Promise<string> {
  const folder = join(root, 'twin');
  cpSync(modelFolder, folder, { recursive: true });
  const [neuron, twin] = [300, 301];
  const { tensors } = await openDecoder(modelFolder);
  const written = await Promise.all(
    [...tensors.values()].map(async (tensor) => {
      const values = await readTensor(tensor);
      const [, columns = 0] = tensor.shape;
      if (/layers\.1\.mlp\.(gate|up)_proj/.test(tensor.name))
        values.copyWithin(twin * columns, neuron * columns, (neuron + 1) * columns);
      if (/layers\.1\.mlp\.down_proj/.test(tensor.name))
        values[100 * columns + twin] = 1.1 * values[100 * columns + neuron]!;
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return { name: tensor.name, dtype: 'F32', shape: tensor.shape, bytes };
    }),
  );
  await writeSafetensors(join(folder, 'model.safetensors'), written);
  return folder;
}

it('finds that two super weights mask each other, which neither alone tells', async () => {
  const twin = await harness.run(census, { ...options, models: [await withTwin()], factors: [0] });
  const { entries } = (twin.json as Told).models[0]!;
  const named = (entry: CensusEntry): string => entry.subjects.map(({ row, column }) => `${row}:${column}`).join(' ');
  const [pair] = entries.filter(({ interaction }) => interaction !== undefined);
  expect(named(pair!).split(' ').toSorted()).toEqual(['100:300', '100:301']);
  const alone = ['100:300', '100:301'].map((name) => entries.find((entry) => named(entry) === name)!);
  for (const { change } of alone) expect(Math.abs(change)).toBeLessThan(0.05);
  // 0.68 was measured.
  expect(pair!.change).toBeGreaterThan(0.5);
  expect(pair!.interaction).toMatchObject({ together: 'masking' });
  expect(pair!.interaction!.value).toBeCloseTo(pair!.change - alone[0]!.change - alone[1]!.change, 9);
  const files = { table: '', numbers: '', artifact: '', drawing: '', more: () => '' };
  expect(twin.inWords(files)).toContain('mask each other at factor 0');
}, 120_000);

it.each([[[]], [[1]], [[0, 0]], [[Number.NaN]]])('refuses the factors %j before it opens anything', async (factors) => {
  await expect(harness.run(census, { models: ['nowhere/at-all'], factors })).rejects.toMatchObject({
    code: 'paper-census/bad-factors',
  });
});
