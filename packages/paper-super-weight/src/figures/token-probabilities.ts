/** Figures 5 and 11: the likeliest next tokens with their average probabilities, with and without super weights. */
import { isStopWord } from '@linchpin/generation';
import { dataOf, type OpenedModel, original } from '@linchpin/harness';
import type { FigureSeries } from '@linchpin/report';
import { checkSuperWeights, withoutSuperWeights } from '../super-weight-chains.ts';
import { likeliest, nextTokenAverage, openPassages, type Passages } from './next-token-average.ts';
import type { DrawnFigure, FigureRun } from './paper-figure.ts';

/** As many passages as the paper takes. */
const paperPassages = 500;

/** Lines of the CSV, as many as the reference keeps. */
const keptTokens = 100;

export interface TokenFigure {
  readonly number: number;
  readonly title: string;
  /** How many tokens are drawn. */
  readonly drawn: number;
  /** Printed probabilities by Hub id in lower case and token: with and without the super weight. */
  readonly published?: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>;
}

export async function drawTokenProbabilities(run: FigureRun, figure: TokenFigure): Promise<DrawnFigure> {
  const { opened, options, harness } = run;
  const { context } = harness;
  await checkSuperWeights(opened, harness);
  const passages = await openPassages(opened, { data: dataOf(harness, opened), limit: options.limit ?? paperPassages });
  const average = { ...passages, context, progress: context.reporter.begin(2) };
  const before = await nextTokenAverage(opened, original, average);
  const pruned = withoutSuperWeights(opened);
  const after = await nextTokenAverage(opened, pruned, average);
  const tokens = likeliest(before, keptTokens).map((id) => ({
    id,
    token: opened.tokenizer.decode([id]),
    before: before[id]!,
    after: after[id]!,
  }));
  const drawn = tokens.slice(0, figure.drawn);
  const series: FigureSeries[] = [
    { label: original.label, points: drawn.map((each, x) => ({ x, y: 100 * each.before })) },
    { label: pruned.label, points: drawn.map((each, x) => ({ x, y: 100 * each.after })) },
  ];
  return {
    data: {
      number: figure.number,
      title: figure.title,
      panels: [
        {
          x: { label: 'next token', names: drawn.map(({ token }) => visible(token)) },
          y: { label: 'average probability, %' },
          series: [...series, ...publishedSeries(drawn, figure.published?.[opened.hubId?.toLowerCase() ?? ''])],
        },
      ],
    },
    records: {
      columns: ['rank', 'id', 'token', 'original', 'pruned', 'ratio'],
      rows: tokens.map(({ id, token, ...p }, rank) => [
        rank + 1,
        id,
        visible(token),
        p.before,
        p.after,
        p.after / p.before,
      ]),
    },
    table: {
      columns: ['Token', { header: 'Original %', decimals: 3 }, { header: 'Prune SW %', decimals: 3 }],
      rows: drawn.map((each) => [visible(each.token), 100 * each.before, 100 * each.after]),
    },
    numbers: [],
    caption: captionOf(passages, opened),
    notes: [...passages.notes, likeliestAfter({ before, after }, opened)],
    shows: inWords({ before, after }, opened),
  };
}

/** A token as a label: white space that it begins or ends with would not be seen. */
function visible(token: string): string {
  return /^\s*$/.test(token) ? JSON.stringify(token) : token.trim();
}

function publishedSeries(
  drawn: readonly { readonly token: string }[],
  published: Readonly<Record<string, readonly [number, number]>> | undefined,
): FigureSeries[] {
  if (published === undefined) return [];
  const labels = [original.label, 'Prune SW'];
  return labels.map((label, which) => ({
    label: `${label}, published`,
    published: true,
    points: Object.entries(published).flatMap(([printed, pair]) => {
      // Papers print no white space: of tokens that differ in it alone the likeliest is meant.
      const x = drawn.findIndex(({ token }) => visible(token) === printed);
      return x < 0 ? [] : [{ x, y: 100 * pair[which]! }];
    }),
  }));
}

function captionOf({ prompts, dataset }: Passages, { name }: OpenedModel): string {
  return `Model ${name}; distributions of what follows ${prompts.length} passages of ${dataset} without their last word, averaged.`;
}

/** Average probabilities of every id, with and without the super weights. */
interface Averages {
  readonly before: Float64Array;
  readonly after: Float64Array;
}

/** What the model says instead: the tokens that are drawn are the likeliest of the unedited model. */
function likeliestAfter({ before, after }: Averages, { tokenizer }: OpenedModel): string {
  const tokens = likeliest(after, 5).map((id) => {
    const [with_, without] = [before[id]!, after[id]!].map((probability) => (100 * probability).toFixed(2));
    return `${visible(tokenizer.decode([id]))} (${with_} % to ${without} %)`;
  });
  return `The likeliest tokens without super weights: ${tokens.join(', ')}.`;
}

function inWords({ before, after }: Averages, { name, tokenizer }: OpenedModel): string {
  const stopIds = [...before.keys()].filter((id) => isStopWord(tokenizer.decode([id])));
  const sum = (probabilities: Float64Array): number => stopIds.reduce((total, id) => total + probabilities[id]!, 0);
  const [with_, without] = [sum(before), sum(after)];
  const top = likeliest(before, 10);
  const risen = top.filter((id) => after[id]! > before[id]!).length;
  return [
    `Without its super weights, ${name} gives stop-words and punctuation ${(100 * without).toFixed(1)} % of the probability`,
    `instead of ${(100 * with_).toFixed(1)} %: they ${without > with_ ? 'rise, as in the paper' : 'fall, other than in the paper'};`,
    `of the 10 likeliest tokens ${risen} rise${risen === 1 ? 's' : ''}.`,
  ].join(' ');
}
