import process from 'node:process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { integerRefusal } from './integer-refusal.ts';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

it('says once that integers are simulated, however often and however early it is asked again', async () => {
  const asks = vi.fn<() => Promise<boolean>>(async () => false);
  const refuses = integerRefusal({}, asks);
  expect(await Promise.all([refuses(), refuses()])).toEqual([true, true]);
  expect(await refuses()).toBe(true);
  expect(asks).toHaveBeenCalledTimes(1);
  expect(said).toEqual([expect.stringContaining('"simulated" is taken instead')]);
});

it('says nothing where integers are exact, or where nothing is to be said', async () => {
  expect(await integerRefusal({}, async () => true)()).toBe(false);
  expect(await integerRefusal({ quiet: true }, async () => false)()).toBe(true);
  expect(said).toEqual([]);
});
