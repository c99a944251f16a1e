import { expect, it } from 'vitest';
import { differencesOf } from './differences.ts';

it('names the values that differ by where they stand', () => {
  const was = { model: 'a', settings: { seed: 1, clip: null }, data: [{ file: 'x', sha256: '0' }] };
  expect(differencesOf(was, structuredClone(was))).toEqual([]);
  const is = { model: 'a', settings: { seed: 2, clip: 1 }, data: [{ file: 'x', sha256: '1' }, { file: 'y' }] };
  expect(differencesOf(was, is)).toEqual([
    'settings.seed was 1, is 2',
    'settings.clip was null, is 1',
    'data.0.sha256 was "0", is "1"',
    'data.1 was nothing, is {"file":"y"}',
  ]);
});

it('cuts values that are long', () => {
  const [said] = differencesOf({ text: 'a'.repeat(500) }, { text: '' });
  expect(said!.length).toBeLessThan(160);
});
