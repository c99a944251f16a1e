/**
 * Channel maxima against PyTorch's over the same ids (golden/quantize/<model>/calibration.json), to 1e-5 of each:
 * float32 sums in another order. 3.3e-6 was measured.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '@linchpin/execution';
import { folderTexts, loadTokenizer, openDecoder } from '@linchpin/models';
import { describeShared, readSharedJson, sharedPath, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { readCalibrationText } from '../src/calibration-text.ts';
import { measureChannelMaxima } from '../src/measure-channel-maxima.ts';

interface Golden {
  readonly ids: readonly (readonly number[])[];
  readonly input_absmax: Readonly<Record<string, readonly number[]>>;
}

const tolerance = 1e-5;

const folder = temporaryFolder();

for (const model of ['stories260K', 'tinystories-656k']) {
  const file = `golden/quantize/${model}/calibration.json`;
  describeShared(`calibration of ${model}`, [file, `models/${model}`], () => {
    const golden = readSharedJson(file) as Golden;
    const samples = golden.ids.map((ids) => Int32Array.from(ids));
    const directory = sharedPath(`models/${model}`);
    const modules = Object.keys(golden.input_absmax);

    // A batch of several samples and one of each give the same maxima.
    it.each([2048, 65])('finds the maxima of every input with %i tokens a batch', async (batchTokens) => {
      const maxima = await measureChannelMaxima(
        await openDecoder(directory),
        modules.map((module) => `${module}.input`),
        { samples, batchTokens, interventions: [], context: createContext() },
      );
      expect(maxima.size).toBe(modules.length);
      const differences = modules.flatMap((module) => {
        const expected = golden.input_absmax[module]!;
        const found = maxima.get(`${module}.input`)!;
        expect(found).toHaveLength(expected.length);
        return expected.map((value, channel) => Math.abs(found[channel]! / value - 1));
      });
      expect(Math.max(...differences)).toBeLessThan(tolerance);
    });

    it('cuts a text into the samples of the reference', async () => {
      const text = readFileSync(sharedPath('datasets/wikitext-2/wiki.valid.raw'), 'utf8').slice(0, 60_000);
      const calibration = join(folder, 'calibration.txt');
      writeFileSync(calibration, text);
      const { samples: read } = await readCalibrationText({
        tokenizer: await loadTokenizer(folderTexts(directory), {}),
        contextLength: 512,
        calibration,
        samples: samples.length,
        tokens: samples[0]!.length,
      });
      expect(read).toEqual(samples);
    });
  });
}
