/** One item for a terminal: what was asked, how the choices compare, and what the model was fed first. */
import type { RecordedItem, RecordedRequest } from '@linchpin/plugin-api';
import type { ShownItem } from './shown-items.ts';

/** Characters of a text that are shown: the last ones of a context, the first ones of a continuation. */
const shownLength = 160;

const rightMark = '✓';
const chosenMark = '▶';

/** What the marks mean. */
export const legend: string = `${rightMark} the right choice, ${chosenMark} the most likely one; log-likelihoods in nats.`;

export function itemInWords({ model, label, task, item, other }: ShownItem): string[] {
  const kind = isWindow(item) ? 'window' : 'item';
  const name = [model, label, task, `${kind} ${item.docId}`].join(' · ');
  const outcome = other === undefined ? outcomeOf(item) : `${outcomeOf(other)} → ${outcomeOf(item)}`;
  const answers = isWritten(item) ? writtenLines(item, other) : choiceLines(item, other);
  const lines = [...sharedText(item), ...answers, ...tokenLines(item)];
  return [outcome === '' ? name : `${name}: ${outcome}`, ...lines.map((line) => `  ${line}`)];
}

function isWindow({ requests }: RecordedItem): boolean {
  return requests.every(({ continuation }) => continuation === undefined);
}

function isWritten({ requests }: RecordedItem): boolean {
  return requests.some(({ written }) => written !== undefined);
}

/** What was expected, and what was written instead or in accord with it. */
function writtenLines({ requests }: RecordedItem, other: RecordedItem | undefined): string[] {
  return requests.flatMap(({ continuation, written = '' }, index) => {
    const before = other?.requests[index]?.written;
    return [
      `expected ${start(continuation ?? '')}`,
      ...(before === undefined ? [] : [`wrote    ${start(before)}`]),
      `${before === undefined ? 'wrote   ' : 'now     '} ${start(written)}`,
    ];
  });
}

function outcomeOf({ isRight, skipped }: RecordedItem): string {
  if (skipped !== undefined) return `not scored, ${skipped}`;
  return isRight === undefined ? '' : isRight ? 'right' : 'wrong';
}

/** What all requests have in common: the context, or where there are several the continuation. */
function sharedText(item: RecordedItem): string[] {
  const [first] = item.requests;
  if (first === undefined || isWindow(item)) return [];
  return sharesContext(item)
    ? [`context  ${end(first.context ?? '')}`]
    : [`continuation  ${start(first.continuation ?? '')}`];
}

function sharesContext({ requests }: RecordedItem): boolean {
  return requests.every(({ context }) => context === requests[0]?.context);
}

function choiceLines(item: RecordedItem, other: RecordedItem | undefined): string[] {
  const { requests, answer } = item;
  const own = markedScores(item);
  const others = other === undefined ? [] : markedScores(other);
  const facts = requests.map((request) => factsOf(request, item));
  const width = Math.max(...facts.map(({ length }) => length));
  return requests.map((request, index) => {
    const right = answer === undefined ? '' : index === answer ? `${rightMark} ` : '  ';
    const scores = other === undefined ? own[index]! : `${others[index] ?? ''} → ${own[index]!}`;
    return `${right}${scores}  ${facts[index]!.padEnd(width)}  ${textOf(request, item)}`.trimEnd();
  });
}

/** The log-likelihoods of the choices, the largest one marked. */
function markedScores({ requests, answer }: RecordedItem): string[] {
  const scores = requests.map(({ logLikelihood }) => logLikelihood);
  const numbers = aligned(scores.map((score) => score?.toFixed(3) ?? 'none'));
  if (answer === undefined) return numbers;
  const largest = Math.max(...scores.map((score) => score ?? -Infinity));
  const chosen = scores.indexOf(largest);
  return numbers.map((number, index) => `${index === chosen ? chosenMark : ' '} ${number}`);
}

/** What tells a choice from the others. */
function textOf({ context, continuation }: RecordedRequest, item: RecordedItem): string {
  if (continuation === undefined) return '';
  return sharesContext(item) ? start(continuation) : end(context ?? '');
}

function factsOf({ tokens, tokensCut, isGreedy }: RecordedRequest, { answer }: RecordedItem): string {
  return [
    tokens === 1 ? '1 token' : `${tokens} tokens`,
    // It decides where there is nothing to choose from.
    ...(answer === undefined && isGreedy !== undefined ? [isGreedy ? 'greedy' : 'not greedy'] : []),
    ...(tokensCut > 0 ? [`${tokensCut} cut off at the beginning`] : []),
  ].join(', ');
}

/** What the model was fed first; once where all requests begin alike. */
function tokenLines({ requests }: RecordedItem): string[] {
  const lines = requests.map(firstTokens);
  if (new Set(lines).size <= 1) return lines.slice(0, 1);
  return lines.map((line, index) => `${index}: ${line}`);
}

function firstTokens({ firstIds, firstTexts, bos }: RecordedRequest): string {
  const tokens = firstIds.map((id, index) => {
    const text = firstTexts?.[index];
    return text === undefined ? `${id}` : `${id} ${JSON.stringify(text)}`;
  });
  return `${bos ? 'BOS' : 'no BOS'}, first tokens  ${tokens.join('  ')}`;
}

/** In quotes, so that spaces, newlines and control characters show. */
function start(text: string): string {
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);
}

function end(text: string): string {
  return JSON.stringify(text.length > shownLength ? `…${text.slice(-shownLength)}` : text);
}

function aligned(texts: readonly string[]): string[] {
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(width));
}
