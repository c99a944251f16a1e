/**
 * SmolLM2-135M-Instruct as the GGUF file that carries it, and as the folder that models/smollm2-135m/fetch.py of the shared folder
 * makes of the same file with the Python package gguf, where it has been run there.
 */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import { createExecutor } from '@linchpin/runtime';
import { describeShared, runSequence, sharedPath, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';

const folder = 'models/smollm2-135m';
const file = `${folder}/SmolLM2-135M-Instruct.Q4_1.gguf`;
const corpus = 'datasets/wikitext-2/wiki.test.raw';

describeShared('SmolLM2 out of a GGUF file', [`${folder}/model.safetensors`, file, corpus], () => {
  it('is the model of the folder: config, bits of all weights, tokens and log-probabilities', async () => {
    const twin = join(temporaryFolder(), 'twin');
    mkdirSync(twin);
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'])
      symlinkSync(sharedPath(`${folder}/${name}`), join(twin, name));
    const [decoder, expected] = [
      await openDecoder(sharedPath(file), { encodedFolder: temporaryFolder() }),
      await openDecoder(twin),
    ];
    expect(decoder.config).toEqual(expected.config);
    const [found, stored] = [decoder.checkpoint.weightFiles[0]!, expected.checkpoint.weightFiles[0]!].map((path) =>
      readFileSync(path),
    );
    expect([...decoder.tensors.keys()].toSorted()).toEqual([...expected.tensors.keys()].toSorted());
    for (const [name, { dtype, offset, length }] of expected.tensors) {
      const tensor = decoder.tensors.get(name)!;
      const same = stored!
        .subarray(offset, offset + length)
        .equals(found!.subarray(tensor.offset, tensor.offset + tensor.length));
      expect([name, tensor.dtype, same]).toEqual([name, dtype, true]);
    }
    const [tokenizer, reference] = [await loadTokenizer(decoder.checkpoint), await loadTokenizer(expected.checkpoint)];
    const lines = readFileSync(sharedPath(corpus), 'utf8').split('\n').slice(0, 1000);
    // The folder's tokenizer.json leaves out that digits stand alone, which the file's name of the rule (`smollm`) says: it shows
    // behind several spaces.
    const texts = lines.filter((line) => !/\s\s\p{N}/u.test(line));
    expect(texts.length).toBeGreaterThan(900);
    expect(texts.map((text) => tokenizer.encode(text))).toEqual(texts.map((text) => reference.encode(text)));
    const ids = tokenizer.encode(texts.join('\n')).slice(0, 200);
    const runs = [decoder, expected].map(async (each) => {
      const executor = await createExecutor(await layCheckpoint(each));
      const { nextLogProbabilities } = await runSequence(executor, ids);
      await executor.release();
      return nextLogProbabilities;
    });
    expect(await runs[0]).toEqual(await runs[1]);
  });
});
