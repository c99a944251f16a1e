import { expect, it } from 'vitest';
import { plugin } from './plugin.ts';

async function smoothingOf(smoothing: unknown): Promise<unknown> {
  const checked = await plugin.schema['~standard'].validate({ smoothing });
  return checked.issues === undefined ? checked.value.smoothing : checked.issues.map(({ message }) => message);
}

it.each([
  [0.8, 0.8],
  [{ alpha: 0.8 }, 0.8],
  [null, null],
  [{ alpha: 'search' }, { alpha: 'search' }],
  [
    { alpha: 'search', grid: [0.5] },
    { alpha: 'search', grid: [0.5] },
  ],
])('takes the smoothing %j', async (given, read) => {
  expect(await smoothingOf(given)).toEqual(read);
});

it.each(['search', { alpha: 'serch' }, {}, { alpha: 'search', grid: 0.5 }, true])(
  'says what is expected instead of the smoothing %j',
  async (given) => {
    const expected = expect.stringMatching(/a number from 0 to 1, null.*"alpha": "search", "grid"/);
    expect(await smoothingOf(given)).toEqual([expected]);
  },
);

it.each([2, { alpha: -1 }])('refuses an alpha beyond its bounds: %j', async (given) => {
  expect(await smoothingOf(given)).toEqual([expect.stringMatching(/[01]/)]);
});
