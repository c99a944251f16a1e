import { describe, expect, it } from 'vitest';
import { familyFor } from './family-for.ts';
import { families } from './generated/families.ts';

describe('familyFor', () => {
  it('finds every family by each of its model types', () => {
    for (const family of families)
      for (const type of family.modelTypes) expect(familyFor({ model_type: type }, 'config.json')).toBe(family);
  });

  it.each([
    { config: {}, code: 'models/config-field-absent', found: 'no such field' },
    { config: { model_type: 7 }, code: 'models/config-field-invalid', found: '7' },
    { config: { model_type: 'llamma' }, code: 'models/unknown-model-type', found: '"llamma"' },
    {
      config: { model_type: 'llava', text_config: { model_type: 'llama' } },
      code: 'models/model-of-parts',
      found: '"llava", a model with other inputs beside text',
    },
  ])('refuses $config', ({ config, code, found }) => {
    expect(() => familyFor(config, 'config.json')).toThrow(
      expect.objectContaining({
        code,
        problem: expect.objectContaining({ found, expected: expect.stringContaining('llama') }),
      }),
    );
  });

  it('offers the nearest names', () => {
    expect(() => familyFor({ model_type: 'llamma' }, 'config.json')).toThrow('the nearest: llama');
  });
});
