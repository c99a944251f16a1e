/** Super weights that were found, with the printed coordinates beside. */
import { formatSuperWeight, type SuperWeight } from '@linchpin/plugin-api';
import type { DirectoryArtifact, DirectoryModel, FoundWeight } from '../artifact.ts';
import { formatSignificant } from './format-value.ts';
import { html, type Html, type HtmlPart } from './html.ts';
import { notes } from './notes.ts';
import { type SortableCell, sortableTable } from './sortable-table.ts';

export function directorySection(artifact: DirectoryArtifact): Html {
  const headers = ['Model', 'Weight', 'Value', 'Input', 'Output', 'Effect on NLL', 'Other weights', 'Published'];
  return html`${sortableTable({
      caption: artifact.title,
      headers: headers.map((text, index) => ({ text, isNumeric: index >= 2 && index <= 6 })),
      rows: artifact.models.flatMap(rowsOf),
    })}
    <p class="key">
      Effect: change of the mean negative log-likelihood per token when the weight alone is set to zero, and when as
      many random others are.
    </p>
    ${notes(artifact)}`;
}

function rowsOf(model: DirectoryModel): SortableCell[][] {
  const name = {
    content: html`${model.model}<span class="quiet block" title="${model.modelSha256}"
        >${model.modelSha256.slice(0, 12)}</span
      >`,
    value: model.model,
  };
  const missed = (model.published ?? []).filter((weight) => !model.found.some((found) => isSame(found, weight)));
  const none = model.note ?? 'none found';
  return [
    ...model.found.map((weight) => [name, ...foundCells(weight), agreement(model, weight)]),
    ...(model.found.length === 0
      ? [[name, { content: none, value: none }, ...emptyCells(5), missed.length === 0 ? empty : missedCell(missed)]]
      : []),
    ...(model.found.length > 0
      ? missed.map((weight) => [
          name,
          { content: html`<code>${coordinates(weight)}</code>`, value: coordinates(weight) },
          ...emptyCells(5),
          missedCell([weight]),
        ])
      : []),
  ];
}

const empty: SortableCell = { content: '', value: null };

function emptyCells(count: number): SortableCell[] {
  return Array.from({ length: count }, () => empty);
}

function foundCells({
  tensor,
  row,
  column,
  value,
  input,
  output,
  effect,
  effectOfOthers,
}: FoundWeight): SortableCell[] {
  const where = `${tensor}[${row}, ${column}]`;
  return [
    { content: html`<code>${breakable(where)}</code>`, value: where },
    ...[value, input, output, effect, effectOfOthers].map((each) =>
      each === undefined ? empty : { content: formatSignificant(each), value: each },
    ),
  ];
}

/** May be broken behind its dots only. */
function breakable(name: string): HtmlPart {
  return name.split('.').map((part, index) => (index === 0 ? part : html`.<wbr />${part}`));
}

function agreement({ published }: DirectoryModel, weight: SuperWeight): SortableCell {
  if (published === undefined) return { content: html`<span class="quiet">no paper has it</span>`, value: 'unknown' };
  const agrees = published.some((other) => isSame(other, weight));
  return agrees
    ? { content: html`<span class="good">✓ agrees</span>`, value: 'agrees' }
    : { content: html`<span class="bad">✗ not printed</span>`, value: 'not printed' };
}

function missedCell(weights: readonly SuperWeight[]): SortableCell {
  return {
    content: html`<span class="bad">✗ printed, not found: ${weights.map(coordinates).join('; ')}</span>`,
    value: 'not found',
  };
}

function coordinates({ layer, expert, row, column }: SuperWeight): string {
  return `layer ${layer}${expert === undefined ? '' : `, expert ${expert}`} [${row}, ${column}]`;
}

function isSame(a: SuperWeight, b: SuperWeight): boolean {
  return formatSuperWeight(a) === formatSuperWeight(b);
}
