/** Under which settings the results of a report were made: what they have in common, and what each was asked for. */
import type { ResultRow } from '@linchpin/plugin-api';
import type { Artifact } from '../artifact.ts';
import { formatJson } from './format-value.ts';
import { html, type Html } from './html.ts';
import { factList, hash } from './provenance.ts';

export function settingsSection(artifacts: readonly Artifact[]): Html {
  const numbers = artifacts.flatMap((artifact) => ('numbers' in artifact ? artifact.numbers : []));
  return html`<section class="settings" aria-labelledby="settings-title">
    <h2 id="settings-title">Settings</h2>
    ${factList([['Models', modelList(artifacts, numbers)], ...commonFacts(numbers)])}
    ${dataSets(numbers)}${choices(artifacts)}
  </section>`;
}

type Facts = [name: string, value: Html | string | undefined][];

function commonFacts(numbers: readonly ResultRow[]): Facts {
  const all = (read: (row: ResultRow) => string): string | undefined => {
    const values = new Set(numbers.map(read));
    return values.size === 0 ? undefined : [...values].join(', ');
  };
  return [
    ['Engine', all(({ engine }) => engine)],
    ['Commit', all(({ commit }) => commit)],
    ['Weights stored as', all(({ dtype }) => dtype)],
    ['Computed in', all(({ execution }) => execution)],
    ['Context length', all(({ contextLength }) => `${contextLength} tokens`)],
    ['BOS', all(({ bos }) => bos)],
    ['Task items scored', numbers.length === 0 ? undefined : itemsOf(numbers).toLocaleString('en')],
  ];
}

/** Several metrics of a task are made of the same items. */
function itemsOf(numbers: readonly ResultRow[]): number {
  const tasks = numbers.filter(({ correct }) => correct !== null);
  const items = new Map(tasks.map((row) => [[row.modelSha256, row.label, row.task].join('\n'), row.items]));
  return [...items.values()].reduce((sum, each) => sum + each, 0);
}

function modelList(artifacts: readonly Artifact[], numbers: readonly ResultRow[]): Html | undefined {
  const digests = new Map<string, string>();
  for (const { model, modelSha256 } of numbers) digests.set(model, modelSha256);
  for (const artifact of artifacts) {
    if (artifact.kind === 'directory') for (const each of artifact.models) digests.set(each.model, each.modelSha256);
    else if (artifact.kind === 'generation') digests.set(artifact.model, artifact.modelSha256);
    else if (artifact.numbers.length === 0 && !digests.has(artifact.model)) digests.set(artifact.model, '');
  }
  const models = [...digests].map(
    ([model, digest]) => html`<li><b>${model}</b> ${digest === '' ? undefined : hash(digest)}</li>`,
  );
  return models.length === 0
    ? undefined
    : html`<ul class="plain">
        ${models}
      </ul>`;
}

function dataSets(numbers: readonly ResultRow[]): Html | undefined {
  const sets = new Map(numbers.map((row) => [`${row.dataset} ${row.datasetSha256}`, row]));
  if (sets.size === 0) return undefined;
  return html`<details>
    <summary>${sets.size} data sets with their hashes</summary>
    <ul class="plain">
      ${[...sets.values()].map((row) => html`<li>${row.dataset} <span class="quiet">${row.task}</span> ${hash(row.datasetSha256)}</li>`)}
    </ul>
  </details>`;
}

/** Flags and other choices of each result. */
function choices(artifacts: readonly Artifact[]): Html | undefined {
  const given = artifacts.filter(({ settings }) => Object.keys(settings).length > 0);
  if (given.length === 0) return undefined;
  return html`<details>
    <summary>What each result was asked for</summary>
    ${given.map(
      ({ title, model, settings }) =>
        html`<h3>${title}, ${model}</h3>
          ${factList(Object.entries(settings).map(([name, value]) => [name, formatJson(value)]))}`,
    )}
  </details>`;
}
