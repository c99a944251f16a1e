/**
 * Tiny checkpoints of every family against transformers 5.23.0. Tolerances are those of their README: float32 in another
 * order of summation stays within 3e-4 for logits and the residual stream and 1.5e-4 for log-probabilities, and the
 * smallest effect of a misread feature is 7e-4.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Decoder, layCheckpoint, openDecoder } from '@linchpin/models';
import type { Executor } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import {
  describeShared,
  largestDifference,
  logSoftmax,
  readSharedJson,
  runSequence,
  type SequenceFacts,
  sharedPath,
} from '@linchpin/testing';
import { expect, it } from 'vitest';
import { withAlibiTwice } from './alibi-twice.ts';

const logProbabilityTolerance = 1.5e-4;
const activationTolerance = 3e-4;

interface Peak {
  readonly value: number;
  readonly token: number;
  readonly channel: number;
}

interface Statistics {
  readonly mean: number;
  readonly std: number;
  readonly peak: Peak;
}

/** Of every sequence. */
interface Expected {
  readonly input_ids: readonly (readonly number[])[];
  readonly logits_last: readonly (readonly number[])[];
  readonly logprob_next: readonly (readonly number[])[];
  readonly top1: readonly (readonly number[])[];
  readonly residual: readonly (readonly Statistics[])[];
  readonly final_norm?: readonly Statistics[];
  readonly mlp_down: readonly (readonly { readonly input: Peak; readonly output?: Peak }[])[];
}

const root = 'golden/families';

interface Recorded {
  readonly name: string;
  /** Files of expectations, one a length of sequences. */
  readonly files: readonly string[];
}

const recorded = (existsSync(sharedPath(root)) ? readdirSync(sharedPath(root)) : []).flatMap((name): Recorded[] => {
  const folder = sharedPath(join(root, name));
  if (!existsSync(join(folder, 'expected.json'))) return [];
  const files = readdirSync(folder).filter((file) => /^expected(?:_\d+)?\.json$/.test(file));
  return [{ name, files }];
});

describeShared('checkpoints give what transformers gives', [root], () => {
  it('there are 37 of them', () => expect(recorded.length).toBe(37));

  const cases = recorded.flatMap(({ name, files }) => files.map((file) => ({ name, file })));
  it.each(cases)('$name, $file', async ({ name, file }) => {
    const expected = readSharedJson(join(root, name, file)) as Expected;
    const folder = sharedPath(join(root, name));
    const opened = await openDecoder(folder);
    const decoder = name === 'falcon-alibi' ? withAlibiTwice(opened) : opened;
    const sites = sitesOf(decoder, expected);
    const executor = await createExecutor(await layCheckpoint(decoder, { readSites: allSites(sites) }));
    expect(expected.input_ids.length).toBe(2);
    for (const sequence of expected.input_ids.keys()) await compareSequence(executor, sites, { expected, sequence });
    await executor.release();

    // Without any site read, tokens that nobody scores are dropped early, and onnxruntime fuses more.
    const plain = await createExecutor(await layCheckpoint(decoder));
    const { nextLogProbabilities } = await runSequence(plain, expected.input_ids[0]!);
    expect(largestDifference(nextLogProbabilities, expected.logprob_next[0]!)).toBeLessThan(logProbabilityTolerance);
    await plain.release();
  });
});

interface Sites {
  /** The residual stream before the first layer and behind every one. */
  readonly residual: readonly string[];
  readonly finalNorm: string | undefined;
  /** By layer: the module of the MLP's output projection, where there is one. */
  readonly mlpOutputs: readonly (string | undefined)[];
}

function sitesOf({ family, config }: Decoder, expected: Expected): Sites {
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  const names = family.tensors(config).map((tensor) => tensor.name);
  // A norm of no layer; one without weights has the name that most have.
  const norm = names.find((tensor) => /^(?!.*\.\d+\.).*\b(?:norm|ln_f|final_layer_norm)\.weight$/.test(tensor));
  const mlpOutputs = layers.map((layer) => {
    const [only, ...others] = family.mlpOutputs(config, layer);
    return others.length === 0 ? only?.replace(/\.weight$/, '') : undefined;
  });
  return {
    residual: [
      `${family.layerModule(config, 0)}.input`,
      ...layers.map((layer) => `${family.layerModule(config, layer)}.output`),
    ],
    finalNorm: expected.final_norm && `${(norm ?? 'model.norm.weight').replace(/\.weight$/, '')}.output`,
    mlpOutputs,
  };
}

function allSites({ residual, finalNorm, mlpOutputs }: Sites): string[] {
  const projections = mlpOutputs.flatMap((module) =>
    module === undefined ? [] : [`${module}.input`, `${module}.output`],
  );
  return [...residual, ...(finalNorm === undefined ? [] : [finalNorm]), ...projections];
}

async function compareSequence(
  executor: Executor,
  sites: Sites,
  { expected, sequence }: { readonly expected: Expected; readonly sequence: number },
): Promise<void> {
  const ids = expected.input_ids[sequence]!;
  const facts = await runSequence(executor, ids);
  const { nextLogProbabilities, lastLogProbabilities } = facts;
  const last = logSoftmax(expected.logits_last[sequence]!);
  expect(largestDifference(nextLogProbabilities, expected.logprob_next[sequence]!)).toBeLessThan(
    logProbabilityTolerance,
  );
  expect(largestDifference(lastLogProbabilities, last)).toBeLessThan(activationTolerance);
  expect([...facts.top]).toEqual(expected.top1[sequence]);
  compareActivations(facts, sites, { expected, sequence });
}

function compareActivations(
  { activations }: SequenceFacts,
  { residual, finalNorm, mlpOutputs }: Sites,
  { expected, sequence }: { readonly expected: Expected; readonly sequence: number },
): void {
  const tokens = expected.input_ids[sequence]!.length;
  const at = (site: string): Float32Array => activations.get(site)!;
  residual.forEach((site, index) => expectStatistics(at(site), expected.residual[sequence]![index]!, tokens));
  if (finalNorm !== undefined) expectStatistics(at(finalNorm), expected.final_norm![sequence]!, tokens);
  mlpOutputs.forEach((module, layer) => {
    if (module === undefined) return;
    const { input, output } = expected.mlp_down[sequence]![layer]!;
    expectPeak(at(`${module}.input`), input, tokens);
    expectPeak(at(`${module}.output`), output!, tokens);
  });
}

function expectStatistics(values: Float32Array, expected: Statistics, tokens: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean - expected.mean)).toBeLessThan(activationTolerance);
  expect(Math.abs(deviation - expected.std)).toBeLessThan(activationTolerance);
  expectPeak(values, expected.peak, tokens);
}

function expectPeak(values: Float32Array, expected: Peak, tokens: number): void {
  const width = values.length / tokens;
  let at = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(values[at]!)) at = i;
  expect(Math.abs(values[expected.token * width + expected.channel]! - expected.value)).toBeLessThan(
    activationTolerance,
  );
  expect(Math.abs(Math.abs(values[at]!) - Math.abs(expected.value))).toBeLessThan(activationTolerance);
}
