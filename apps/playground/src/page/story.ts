/** The story of the paper (arXiv 2411.07191) in five steps, for readers who have not heard of it. */
import type { OpenedFacts } from '../engine/playground-engine.ts';
import { type NamedPlace, namedPlace, superWeightOf } from './places.ts';
import type { PageState, ScalarEdit } from './page-state.ts';

export interface StoryStep {
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** What the step sets. */
  readonly state: Pick<PageState, 'prompt' | 'edits' | 'restores'>;
  /** Where to look. */
  readonly look: string;
}

/** Empty where no super weight of the model is known. */
export function storyOf(facts: OpenedFacts): StoryStep[] {
  const weight = superWeightOf(facts);
  const { control, matrices, texts, model } = facts;
  if (weight === undefined || control === undefined) return [];
  const [prompt = ''] = texts.prompts;
  const numbers = countInWords(model.parameters);
  const pruned = setToZero(weight);
  const other = namedPlace(matrices, control);
  return [
    {
      title: 'A model that writes',
      text: [
        `A language model writes by guessing what comes next, a piece of a word at a time. All that it knows lies in its weights: plain numbers that it multiplies with. This one has ${numbers} of them, and it runs here, in your browser.`,
        'You gave it the beginning of a text. On both sides it goes on in the same way, for nothing is changed yet.',
      ],
      look: 'Read both texts below: they are equal.',
      state: { prompt, edits: [], restores: false },
    },
    {
      title: 'One number, set to zero',
      text: [
        `Now a single one of the ${numbers} numbers is zero: the one in layer ${weight.layer}, row ${weight.row}, column ${weight.column} of the matrix ${weight.name}. Nothing else is touched.`,
        'Usually a model hardly notices when one number is gone. This one is what researchers call a super weight: without it the model can no longer write.',
      ],
      look: 'Compare the two texts, and what each side expects next: small filler words rise.',
      state: { prompt, edits: pruned, restores: false },
    },
    {
      title: 'Any other number',
      text: [
        `Is every number that important? This time another one is zero: the largest number in all other rows of the very same matrix, the one in row ${other.row}, column ${other.column}.`,
        'The model goes on as before. It is not its size that makes a super weight.',
      ],
      look: 'Compare the texts again, and how wrong both sides are. Pick any scalar in the map below and try for yourself.',
      state: { prompt, edits: setToZero(other), restores: false },
    },
    {
      title: 'Why this one',
      text: [
        'The super weight is zero again. When the original model reads the first piece of a text, this weight makes one enormous value inside it, a super activation. It travels through all later layers.',
        'Those layers use it as a place to rest: parts of the model, its attention heads, that have nothing to look for look at the first piece of the text. Where the spike is gone, so is that place, or a part of it.',
      ],
      look: 'In “Inside the model”, see what has become of the spike; in “Where its heads look”, how much attention each side pays to the first token.',
      state: { prompt, edits: pruned, restores: false },
    },
    {
      title: 'Put one value back',
      text: [
        'The weight stays zero. But while the model reads the first tokens, the one enormous value that the weight would have made is put back by hand, once. The paper calls it +SA.',
        'The text returns. The weight matters because of this one value, and for little else.',
      ],
      look: 'The changed text is a sentence again. Switch “Put the super activation back” off and on.',
      state: { prompt, edits: pruned, restores: true },
    },
  ];
}

function setToZero(place: NamedPlace): ScalarEdit[] {
  return [{ ...place, kind: 'factor', amount: 0 }];
}

/** `7.5 million` */
export function countInWords(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toPrecision(2)} billion`;
  if (count >= 1e6) return `${count >= 1e7 ? Math.round(count / 1e6) : (count / 1e6).toFixed(1)} million`;
  return count.toLocaleString('en');
}
