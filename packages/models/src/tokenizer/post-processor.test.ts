import { describe, expect, it } from 'vitest';
import { readSurroundings } from './post-processor.ts';

const template = {
  type: 'TemplateProcessing',
  single: [
    { SpecialToken: { id: '<s>', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '</s>', type_id: 0 } },
  ],
  special_tokens: {
    '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] },
    '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] },
  },
};

describe('readSurroundings', () => {
  it('adds nothing without a post-processor, and for ByteLevel', () => {
    expect(readSurroundings('tokenizer.json', null)).toEqual({ before: [], after: [] });
    expect(readSurroundings('tokenizer.json', { type: 'ByteLevel' })).toEqual({ before: [], after: [] });
  });

  it('reads a template, also inside a sequence', () => {
    expect(readSurroundings('tokenizer.json', template)).toEqual({ before: [1], after: [2] });
    const sequence = { type: 'Sequence', processors: [{ type: 'ByteLevel' }, template] };
    expect(readSurroundings('tokenizer.json', sequence)).toEqual({ before: [1], after: [2] });
  });

  it('reads the pair of RoBERTa', () => {
    const roberta = { type: 'RobertaProcessing', cls: ['<s>', 0], sep: ['</s>', 2] };
    expect(readSurroundings('tokenizer.json', roberta)).toEqual({ before: [0], after: [2] });
  });

  it('refuses a template that uses a token without ids, and unknown types', () => {
    const withoutIds = { ...template, special_tokens: {} };
    expect(() => readSurroundings('tokenizer.json', withoutIds)).toThrow(
      expect.objectContaining({ code: 'models/invalid-field' }),
    );
    expect(() => readSurroundings('tokenizer.json', { type: 'Other' })).toThrow(
      expect.objectContaining({ code: 'models/tokenizer-part-unsupported' }),
    );
  });
});
