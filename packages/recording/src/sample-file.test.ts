import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JudgedItem } from '@linchpin/evaluator';
import { TemporaryFiles } from '@linchpin/execution';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SampleFile } from './sample-file.ts';

const root = mkdtempSync(join(tmpdir(), 'linchpin-samples-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, 'samples.jsonl');
beforeEach(() => writeFileSync(file, 'earlier'));

const tokens = { context: [1, 2, 3, 4, 5], continuation: [6] };
const item: JudgedItem = {
  docId: 7,
  question: { kind: 'last-word', context: 'a b', continuation: ' c' },
  requests: [
    {
      context: 'a b',
      continuation: ' c',
      tokens,
      tokensCut: 2,
      result: { score: { logLikelihood: -0.5, isGreedy: true, tokenLogProbabilities: Float32Array.of(-0.5) } },
    },
    {
      context: 'a b',
      continuation: '',
      tokens: { ...tokens, continuation: [] },
      tokensCut: 0,
      result: { unscorable: 'empty-continuation' },
    },
  ],
  skipped: 'empty-continuation',
};
const temporaryFiles = new TemporaryFiles();
const origin = { task: 'lambada_openai', bos: 'always' };

describe('SampleFile', () => {
  it('has a line for every answer that was written', () => {
    const samples = new SampleFile(file, temporaryFiles);
    const written = { docId: 1, prompt: 'a b', promptIds: [1, 2], expected: 'c', written: ' c.', isRight: true };
    samples.addText(origin, written);
    samples.finish();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      task: 'lambada_openai',
      doc_id: 1,
      context: 'a b',
      expected: 'c',
      written: ' c.',
      bos: 'always',
      correct: true,
    });
  });

  it('replaces the file when it is finished, with a line a request', () => {
    const samples = new SampleFile(file, temporaryFiles);
    samples.add(origin, item);
    expect(readFileSync(file, 'utf8')).toBe('earlier');
    samples.finish();
    samples.discard();
    expect(readdirSync(root)).toEqual(['samples.jsonl']);
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const request = {
      task: 'lambada_openai',
      doc_id: 7,
      context: 'a b',
      context_tokens: 5,
      first_ids: [1, 2, 3, 4],
      bos: 'always',
    };
    const scored = { loglikelihood: -0.5, is_greedy: true, token_loglikelihoods: [-0.5] };
    const unscored = {
      loglikelihood: null,
      is_greedy: null,
      token_loglikelihoods: null,
      unscorable: 'empty-continuation',
    };
    expect(lines).toEqual([
      { ...request, choice: 0, continuation: ' c', continuation_tokens: 1, tokens_cut: 2, ...scored },
      { ...request, choice: 1, continuation: '', continuation_tokens: 0, tokens_cut: 0, ...unscored },
    ]);
  });

  it.each([
    ['it is discarded', (samples: SampleFile) => samples.discard()],
    ['the process ends', () => temporaryFiles.removeAll()],
  ])('leaves nothing behind and the earlier file alone when %s', (_, end) => {
    const samples = new SampleFile(file, temporaryFiles);
    samples.add(origin, item);
    end(samples);
    expect(readdirSync(root)).toEqual(['samples.jsonl']);
    expect(readFileSync(file, 'utf8')).toBe('earlier');
  });

  it('refuses a folder that is not there', () => {
    const absent = join(root, 'absent', 'samples.jsonl');
    expect(() => new SampleFile(absent, temporaryFiles)).toThrow(
      expect.objectContaining({ code: 'report/cannot-write' }),
    );
  });
});
