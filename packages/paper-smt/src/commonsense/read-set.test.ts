import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProtocol } from './protocol.ts';
import { readSet } from './read-set.ts';
import { chosenSets, commonsenseSets, firstLabel } from './sets.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linchpin-smt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const [boolq, piqa, siqa] = commonsenseSets;
const row = { instruction: 'Is it?', input: '', output: 'the correct answer is true', answer: 'true' };

function put(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('a set', () => {
  it.each([
    ['llm-adapters/boolq/test.jsonl', `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`],
    ['boolq/test.json', JSON.stringify([row, row])],
  ])('is read from %s', async (path, text) => {
    put(path, text);
    const found = await readSet(folder, boolq!);
    expect(found).toMatchObject({ set: boolq, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(found!.items).toEqual([0, 1].map((docId) => ({ docId, instruction: 'Is it?', answer: 'true' })));
    expect((await readSet(folder, boolq!, 1))!.items).toHaveLength(1);
    expect(await readSet(folder, piqa!)).toBeUndefined();
  });

  it.each([
    ['boolq/test.jsonl', '{"question": "Is it?", "answer": "true"}\n', ':1'],
    ['boolq/test.json', '[{"instruction": "Is it?", "answer": true}]', ', entry 0'],
    ['boolq/test.json', '{}', 'test.json'],
    ['boolq/test.json', '[', 'test.json'],
    ['boolq/test.json', '[null]', ', entry 0'],
  ])('says which row of %s is none', async (path, text, place) => {
    put(path, text);
    await expect(readSet(folder, boolq!)).rejects.toMatchObject({
      code: 'paper-smt/bad-row',
      problem: { subject: expect.stringContaining(place) },
    });
  });

  it('is chosen by name, in the order of the table', () => {
    expect(chosenSets(undefined)).toHaveLength(8);
    expect(chosenSets(['piqa', 'boolq'])).toEqual([boolq, piqa]);
    expect(() => chosenSets(['pika'])).toThrow(expect.objectContaining({ code: 'paper-smt/unknown-set' }));
  });
});

describe('a label', () => {
  it('is the first that occurs, wherever it stands', () => {
    expect(firstLabel('the correct answer is answer3, not answer1', siqa!)).toBe('answer3');
    expect(firstLabel('It is untrue, so false', boolq!)).toBe('true');
    expect(firstLabel('answer10', siqa!)).toBe('answer1');
    expect(firstLabel('Answer2', siqa!)).toBe('');
  });
});

describe('a protocol', () => {
  it('puts the question as its code does', () => {
    expect(findProtocol().prompt('Q')).toBe(
      '<s> Below is an instruction that describes a task. Write a response that appropriately completes the request. ' +
        '\n\n### Instruction:\nQ\n\n### Response:\n',
    );
    const indent = ' '.repeat(16);
    expect(findProtocol('llm-adapters').prompt('Q')).toBe(
      'Below is an instruction that describes a task. Write a response that appropriately completes the request. ' +
        `\n\n${indent}### Instruction:\n${indent}Q\n\n${indent}### Response:\n${indent}`,
    );
    expect(() => findProtocol('smtt')).toThrow(expect.objectContaining({ code: 'paper-smt/unknown-protocol' }));
  });

  it('compares in lower case, or as it is', () => {
    expect(findProtocol('smt').target('True')).toBe('true');
    expect(findProtocol('llm-adapters').target('True')).toBe('True');
  });
});
