/** Where a number comes from, shown on demand: a button whose card opens without a script. */
import type { ResultRow } from '@linchpin/plugin-api';
import { formatInterventions, formatNumber } from './format-value.ts';
import { html, type Html } from './html.ts';

/** One fact of a number; what has no value is left out. */
type Fact = readonly [name: string, value: Html | string | undefined];

export interface ProvenanceCard {
  /** Unique in the page. */
  readonly id: string;
  /** What the number is, for example `Prune SW, Arc-c`. */
  readonly title: string;
  /** One or more: an average is made of several. */
  readonly numbers: readonly ResultRow[];
}

/** Opened by a button whose `popovertarget` is the card's id. */
export function provenanceCard({ id, title, numbers }: ProvenanceCard): Html {
  return html`<div class="card" popover id="${id}" role="dialog" aria-labelledby="${id}-title">
    <div class="card-head">
      <h3 id="${id}-title">${title}</h3>
      <button type="button" class="close" popovertarget="${id}" popovertargetaction="hide" aria-label="Close">×</button>
    </div>
    <div class="card-body" tabindex="0" role="group" aria-label="Provenance">
      ${
        numbers.length > 1
          ? html`<p>Unweighted mean of ${numbers.length} numbers:</p>
              ${numbers.map(memberOf)}
              <p class="quiet">What they have in common:</p>`
          : undefined
      }${factList(factsOf(numbers))}
    </div>
  </div>`;
}

function memberOf(row: ResultRow): Html {
  return html`<p class="member">
    <span>${row.task} ${row.metric}</span> <b>${formatNumber(row.value, 4)}</b>
    <span class="quiet">${row.items} items, ${row.dataset}</span>
  </p>`;
}

/** Facts that are the same for all of the numbers. */
function factsOf(numbers: readonly ResultRow[]): Fact[] {
  const [first, ...others] = numbers.map(allFacts);
  return (first ?? []).filter(([, value], index) =>
    others.every((facts) => textOf(facts[index]?.[1]) === textOf(value)),
  );
}

function textOf(value: Fact[1]): string | undefined {
  return typeof value === 'object' ? value.text : value;
}

export function factList(facts: readonly Fact[]): Html {
  const shown = facts.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl>
    ${shown.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function allFacts(row: ResultRow): Fact[] {
  const { interventions, standardError, published, correct, items, skipped, window, windows, seed } = row;
  return [
    ['Value', formatNumber(row.value)],
    ['Standard error', optional(standardError)],
    ['Published', optional(published)],
    ['Task', `${row.task} (version ${row.taskVersion}), ${row.metric}`],
    ['Items', `${items}${correct === null ? '' : `, ${correct} right`}${skipped === 0 ? '' : `, ${skipped} skipped`}`],
    ['Interventions', interventions.length === 0 ? 'none' : listOf(formatInterventions(interventions))],
    ['Data set', html`${row.dataset}<br />${hash(row.datasetSha256)}`],
    ['Data revision', row.datasetRevision],
    ['Few-shot', fewshotOf(row)],
    ['Chat template', row.chatTemplate],
    ['System', row.system],
    ['Seed of the sample', optional(row.sampleSeed ?? null)],
    ['Model', html`${row.model}<br />${hash(row.modelSha256)}`],
    ['Stored as, computed in', `${row.dtype}, ${row.execution}`],
    ['BOS', row.bos],
    ['Context length', `${row.contextLength} tokens`],
    ['Window', window === null ? undefined : `${window} tokens${windows === null ? '' : `, ${windows} windows`}`],
    ['Seed', optional(seed)],
    ['Engine', row.engine],
    ['Commit', row.commit],
    ['Tokens asked, computed', `${row.tokensAsked}, ${row.tokensComputed}`],
    ['Time', `${row.seconds.toFixed(2)} s`],
  ];
}

function fewshotOf(row: ResultRow): Html | undefined {
  const { numFewshot, fewshotSampler = '', fewshotSeed, fewshotSha256 = '' } = row;
  if (numFewshot === undefined) return undefined;
  const seed = fewshotSeed === undefined ? '' : `, seed ${fewshotSeed}`;
  return html`${numFewshot} examples, ${fewshotSampler}${seed}<br />${hash(fewshotSha256)}`;
}

function optional(value: number | null): string | undefined {
  return value === null ? undefined : formatNumber(value);
}

function listOf(texts: readonly string[]): Html {
  return html`<ol>
    ${texts.map((text) => html`<li><code>${text}</code></li>`)}
  </ol>`;
}

/** A digest that may be broken anywhere. */
export function hash(digest: string): Html {
  return html`<code class="hash">${digest}</code>`;
}
