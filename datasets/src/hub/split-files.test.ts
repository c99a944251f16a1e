import { describe, expect, it } from 'vitest';
import { splitFiles } from './split-files.ts';

const easy = { config: 'ARC-Easy', split: 'test' } as const;
const plain = { config: null, split: 'validation' } as const;

function readme(config: string, path: string | readonly string[]): string {
  const files = [{ split: 'validation', path }];
  return `---\nconfigs: ${JSON.stringify([{ config_name: config, data_files: files }])}\n---\n# Data\n`;
}

describe('splitFiles', () => {
  it.each([
    ['ARC-Easy/test-00000-of-00001.parquet', easy],
    ['ARC-Easy/test.jsonl', easy],
    ['ARC-Easy/test/0000.parquet', easy],
    ['ARC-Easy/data/test-00000-of-00001.parquet', easy],
    ['data/validation-00000-of-00001.parquet', plain],
    ['validation.jsonl', plain],
    ['default/validation/0000.parquet', plain],
    ['plain_text/validation-00000-of-00001.parquet', plain],
  ])('takes %s by its name', (path, question) => {
    const others = [
      'ARC-Easy/train.jsonl',
      'ARC-Challenge/test.jsonl',
      'data/validation2.jsonl',
      'test.csv',
      'data/test/a/b.parquet',
    ];
    expect(splitFiles([...others, path], undefined, question)).toEqual([path]);
  });

  it('takes a table where the same is there in lines', () => {
    expect(splitFiles(['data/validation.jsonl', 'data/validation.parquet'], undefined, plain)).toEqual([
      'data/validation.parquet',
    ]);
  });

  it.each([
    ['default', 'dev.jsonl', ['dev.jsonl']],
    ['only', ['a/d*v.jsonl'], ['a/dev.jsonl']],
    ['only', '**/dev.jsonl', ['a/dev.jsonl', 'b/c/dev.jsonl', 'dev.jsonl']],
    ['only', './b/**', ['b/c/dev.jsonl']],
    ['only', 'de?.jsonl', ['dev.jsonl']],
    ['only', 'a.dev', []],
  ])('reads of %s in the README: %s', (config, path, expected) => {
    const paths = ['dev.jsonl', 'a/dev.jsonl', 'b/c/dev.jsonl', 'validation.jsonl', 'b/README.md'];
    expect(splitFiles(paths, readme(config, path), plain)).toEqual(expected);
  });

  it('passes over a README that says nothing of the split, or is none', () => {
    const paths = ['validation.jsonl'];
    for (const text of [
      '',
      '# Data',
      '---\n: [\n---\n',
      '---\nconfigs: 3\n---\n',
      readme('x', 'y.jsonl').replace('validation', 'train'),
    ])
      expect(splitFiles(paths, text, plain)).toEqual(paths);
  });

  it('compares patterns of many wildcards without going back, and takes still longer ones for those of nothing', () => {
    const path = `${'a'.repeat(5000)}.jsonl`;
    for (const [pattern, expected] of [
      [`${'a*'.repeat(15)}.jsonl`, [path]],
      [`${'a*'.repeat(15)}b.jsonl`, []],
      [`${'a*'.repeat(20)}.jsonl`, []],
    ] as const)
      expect(splitFiles([path], readme('default', pattern), plain)).toEqual(expected);
  });
});
