import type { Intervention } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { alphaGrid, searchAlpha } from './search-alpha.ts';

function candidate(alpha: number): Intervention {
  return { name: 'candidate', version: 1, settings: { alpha }, edit: () => {} };
}

/** Losses by alpha. */
function text(loss: (alpha: number) => number) {
  return {
    losses: async (interventions: readonly Intervention[]) => ({
      nll: interventions.map(({ settings }) => loss((settings as { alpha: number }).alpha)),
      samples: 2,
      tokens: 9,
    }),
  };
}

describe('searchAlpha', () => {
  it('takes the alpha with the least loss of the stated grid, and records all of them', async () => {
    const found = await searchAlpha(
      { alpha: 'search' },
      text((alpha) => (alpha - 0.72) ** 2),
      candidate,
    );
    expect(found.alpha).toBe(0.7);
    expect(found.searched).toMatchObject({ grid: alphaGrid, samples: 2, tokens: 9 });
    expect(found.searched.losses).toHaveLength(alphaGrid.length);
  });

  it('takes the first of equal ones, and passes over what is no number', async () => {
    const loss = (alpha: number): number => (alpha === 0.1 ? Number.NaN : 1);
    const found = await searchAlpha({ alpha: 'search', grid: [0.1, 0.2, 0.3] }, text(loss), candidate);
    expect(found).toMatchObject({ alpha: 0.2, searched: { losses: [null, 1, 1] } });
  });

  it('is refused where there is no text, and where no loss is a number', async () => {
    await expect(searchAlpha({ alpha: 'search' }, {}, candidate)).rejects.toMatchObject({
      code: 'quantize/nothing-to-search-on',
    });
    await expect(
      searchAlpha(
        { alpha: 'search' },
        text(() => Infinity),
        candidate,
      ),
    ).rejects.toMatchObject({
      code: 'quantize/nothing-finite',
    });
  });
});

it('a search that was not carried out makes no intervention', () => {
  const facts = {
    superWeights: () => [],
    exactIntegers: true,
    calibration: () => ({ origin: '', channelMaxima: async () => new Map() }),
  };
  const options = { preset: 'paper-smoothquant', smoothing: { alpha: 'search' } } as const;
  expect(() => plugin.create(options, facts)).toThrow(expect.objectContaining({ code: 'quantize/not-searched' }));
});
