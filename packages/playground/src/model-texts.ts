/** What the page begins with: texts that a model has something to say to. */
import type { OpenedModel } from '@linchpin/harness';
import { unfitText } from './errors.ts';
import type { ManifestTexts } from './manifest.ts';

/** Of the embedded model, which knows a small invented world. */
const ofMini: ManifestTexts = {
  prompts: [
    'Max and Sam went to the garden to look for the whale.',
    '"I lost my bell," said Nora. Carl looked in the station, and Nora looked in the garden.',
    'A hammer is used to',
    'The frog is an amphibian.',
  ],
  measured:
    'Ella and Ben went to the castle to look for the bee. They waited for a long time. Ben grew tired and went home, ' +
    'but Ella stayed. At last, just before dark, Ella saw the bee.',
};

/** Of models that have read the web. */
const usual: ManifestTexts = {
  prompts: [
    'Apple Inc. is a worldwide tech company.',
    'The capital of France is',
    'Once upon a time, there was a small robot who',
    'Water boils at',
  ],
  measured:
    'The sun rose over the quiet village, and the people came out of their houses to begin the day. The baker had been ' +
    'at work since four in the morning, and the smell of fresh bread filled the narrow streets.',
};

export interface GivenTexts {
  readonly prompts?: readonly string[];
  readonly text?: string;
}

/** Those that are given, and others that suit the model. Throws for texts that it cannot go on from, or whose loss it cannot give. */
export function textsOf(
  { isEmbedded, tokenizer }: Pick<OpenedModel, 'isEmbedded' | 'tokenizer'>,
  { prompts, text }: GivenTexts,
  contextLength: number,
): ManifestTexts {
  const own = isEmbedded ? ofMini : usual;
  const texts = { prompts: prompts ?? own.prompts, measured: text ?? own.measured };
  const check = (what: string, option: string, given: string, fewest: number): void => {
    if (given.trim() === '') throw unfitText(what, 'nothing but white space', 'some words', option);
    const { length } = tokenizer.encodeWithSpecialTokens(given);
    // A loss is that of tokens behind others.
    if (length < fewest || length > contextLength)
      throw unfitText(what, `${length} tokens`, `${fewest} to ${contextLength}, the context of the page`, option);
  };
  for (const prompt of texts.prompts) check(`the prompt "${prompt.slice(0, 40)}"`, '--prompt', prompt, 1);
  check('the text whose loss is measured', '--text', texts.measured, 2);
  return texts;
}
