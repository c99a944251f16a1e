/** What tokenizer.json's post-processor puts around a single text: special tokens only, so two lists of ids say it all. */
import { z } from 'zod';
import { invalidField } from '../errors.ts';
import { tokenizerPartUnsupported } from './errors.ts';
import { checkPart, type TokenizerPart } from './tokenizer-json.ts';

export interface Surroundings {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const template = z.object({
  single: z.array(
    z.union([
      z.object({ SpecialToken: z.object({ id: z.string() }) }),
      z.object({ Sequence: z.object({ id: z.string() }) }),
    ]),
  ),
  special_tokens: z.record(z.string(), z.object({ ids: z.array(z.int().nonnegative()) })),
});
const sequence = z.object({ processors: z.array(z.looseObject({ type: z.string() })) });
const pair = z.object({ cls: z.tuple([z.string(), z.int()]), sep: z.tuple([z.string(), z.int()]) });

/** Reads the special tokens that a post-processor adds to one text. */
export function readSurroundings(file: string, processor: TokenizerPart | null | undefined): Surroundings {
  switch (processor?.type) {
    case undefined:
    case 'ByteLevel':
      return { before: [], after: [] };
    case 'TemplateProcessing':
      return readTemplate(file, processor);
    case 'RobertaProcessing':
    case 'BertProcessing': {
      const { cls, sep } = checkPart({ file, field: 'post_processor' }, pair, processor);
      return { before: [cls[1]], after: [sep[1]] };
    }
    case 'Sequence':
      return checkPart({ file, field: 'post_processor' }, sequence, processor)
        .processors.map((each) => readSurroundings(file, each))
        .reduce((inner, outer) => ({
          before: [...outer.before, ...inner.before],
          after: [...inner.after, ...outer.after],
        }));
    default:
      throw tokenizerPartUnsupported(file, { field: 'post_processor', found: processor!.type }, [
        'ByteLevel',
        'TemplateProcessing',
        'RobertaProcessing',
        'BertProcessing',
        'Sequence',
      ]);
  }
}

function readTemplate(file: string, processor: TokenizerPart): Surroundings {
  const { single, special_tokens } = checkPart({ file, field: 'post_processor' }, template, processor);
  const text = single.findIndex((item) => 'Sequence' in item);
  const ids = single.map((item) => {
    if (!('SpecialToken' in item)) return [];
    const special = special_tokens[item.SpecialToken.id];
    if (special === undefined) {
      throw invalidField(file, {
        path: ['post_processor', 'special_tokens'],
        message: `expected an entry "${item.SpecialToken.id}", which the template uses`,
      });
    }
    return special.ids;
  });
  return { before: ids.slice(0, text).flat(), after: ids.slice(text + 1).flat() };
}
