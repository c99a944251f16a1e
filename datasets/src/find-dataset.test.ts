import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { datasetNames, findDataset, miniFolder } from './find-dataset.ts';
import { manifest } from './manifest.ts';

describe('findDataset', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'linchpin-datasets-'));
    await mkdir(join(folder, 'hellaswag'));
    await writeFile(join(folder, 'hellaswag/validation_processed.jsonl'), '{}');
    await mkdir(join(folder, 'piqa.validation.jsonl'));
  });

  it('takes the preferred of several files and tells its form', async () => {
    expect(findDataset(folder, 'hellaswag')).toEqual({
      file: join(folder, 'hellaswag/validation_processed.jsonl'),
      form: 'processed',
      entry: manifest['hellaswag'],
    });
    await writeFile(join(folder, 'hellaswag/validation_raw_sample1000.jsonl'), '{}');
    expect(findDataset(folder, 'hellaswag').form).toBe('sample');
    await writeFile(join(folder, 'hellaswag/validation.jsonl'), '{}');
    expect(findDataset(folder, 'hellaswag').form).toBe('hub');
  });

  it('lists the paths that it looked at; a folder of that name is no file', () => {
    const looked =
      'one of piqa/validation.jsonl, piqa.validation.jsonl, plain or packed with gzip, or the same as .parquet';
    const error = expect.objectContaining({
      code: 'datasets/not-found',
      problem: expect.objectContaining({ expected: looked }),
    });
    expect(() => findDataset(folder, 'piqa')).toThrow(error);
    expect(() => findDataset(join(folder, 'absent'), 'piqa')).toThrow(error);
  });

  it.each(['validation.JSONL', 'Validation.ndjson', 'validation.json.gz'])(
    'takes %s, whose name says the same in another way, where none has the very name',
    async (name) => {
      const data = await mkdtemp(join(tmpdir(), 'linchpin-datasets-'));
      await mkdir(join(data, 'piqa'));
      await writeFile(join(data, 'piqa', name), '{}');
      expect(findDataset(data, 'piqa').file).toBe(join(data, 'piqa', name));
      await writeFile(join(data, 'piqa.validation.jsonl'), '{}');
      expect(findDataset(data, 'piqa').file).toBe(join(data, 'piqa.validation.jsonl'));
    },
  );

  it.each(['ARC-Easy/test-00000-of-00002.parquet', 'ARC-Easy/data/test-0.parquet', 'ARC-Easy/test.jsonl.zst'])(
    'names %s, which it does not read, where there is nothing else',
    async (path) => {
      const data = await mkdtemp(join(tmpdir(), 'linchpin-datasets-'));
      await mkdir(join(data, path, '..'), { recursive: true });
      await writeFile(join(data, path), '');
      await writeFile(join(data, 'ARC-Easy', 'train-00000-of-00001.parquet'), '');
      const found = `none of its files in ${data}, but ${path}`;
      expect(() => findDataset(data, 'arc_easy')).toThrow(
        expect.objectContaining({ code: 'datasets/not-found', problem: expect.objectContaining({ found }) }),
      );
    },
  );

  it.each([
    ['arc_easy', 'ARC-Easy/test.parquet'],
    ['arc_easy', 'ARC-Easy/test-00000-of-00001.parquet'],
    ['arc_easy', 'arc_easy.test.parquet'],
    ['piqa', 'piqa/data/validation-00000-of-00001.parquet'],
    ['wikitext2', 'wikitext-2-raw-v1/test-00000-of-00001.parquet'],
    ['hellaswag', 'hellaswag/validation_raw_sample1000.parquet'],
  ])('takes %s as Parquet, %s, where it is not there as lines', async (name, path) => {
    const data = await mkdtemp(join(tmpdir(), 'linchpin-datasets-'));
    await mkdir(join(data, path, '..'), { recursive: true });
    await writeFile(join(data, path), '');
    const form = path.includes('sample') ? 'sample' : 'hub';
    expect(findDataset(data, name)).toMatchObject({ file: join(data, path), form });
    const lines = manifest[name]!.files[0]!.path;
    await mkdir(join(data, lines, '..'), { recursive: true });
    await writeFile(join(data, lines), '');
    expect(findDataset(data, name).file).toBe(join(data, lines));
  });

  it('names the nearest known set for one that it does not know', () => {
    const expected = expect.stringContaining('arc_easy');
    expect(() => findDataset(folder, 'arc-easy')).toThrow(
      expect.objectContaining({ code: 'datasets/unknown-dataset', problem: expect.objectContaining({ expected }) }),
    );
    expect(() => findDataset(folder, 'constructor')).toThrow(
      expect.objectContaining({ code: 'datasets/unknown-dataset' }),
    );
  });

  it('takes names and patterns of them', () => {
    expect(datasetNames(['piqa', 'arc_*', 'piqa'])).toEqual([
      'piqa',
      'arc_challenge',
      'arc_easy',
      'arc_challenge_train',
      'arc_easy_train',
    ]);
    expect(datasetNames(['mmlu_*'])).toHaveLength(114);
    for (const name of ['mmlv_*', 'pica'])
      expect(() => datasetNames([name])).toThrow(expect.objectContaining({ code: 'datasets/unknown-dataset' }));
  });

  it('finds every embedded mini set by its flat name', () => {
    const embedded = [
      'arc_challenge',
      'arc_easy',
      'c4',
      'hellaswag',
      'lambada_openai',
      'piqa',
      'sciq',
      'wikitext2',
      'winogrande',
    ];
    for (const name of embedded) expect(findDataset(miniFolder, name).form).toBe('hub');
  });
});
