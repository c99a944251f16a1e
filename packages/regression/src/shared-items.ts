/** The items that two runs of a part both have, and how far the log-likelihoods of their requests lie apart. */
import type { RecordedItem, RecordedPart } from '@linchpin/plugin-api';
import type { FlippedItem, RequestComparison, RequestDifference } from './comparison.ts';
import { relativeDifference } from './relative-difference.ts';

export interface ItemPair {
  readonly before: RecordedItem;
  readonly after: RecordedItem;
}

/** By row of the data or index of the window, in the order of the run. */
export function sharedItems(before: RecordedPart, after: RecordedPart): ItemPair[] {
  const known = new Map(before.items.map((item) => [item.docId, item]));
  return after.items.flatMap((item) => {
    const other = known.get(item.docId);
    return other === undefined ? [] : [{ before: other, after: item }];
  });
}

/** Requests that only one of two items has differ infinitely: other things were asked. */
export function compareRequests(pairs: readonly ItemPair[], tolerance: number): RequestComparison {
  const all = pairs.flatMap(differences);
  const differing = all.filter(({ difference }) => difference > 0);
  const largest = differing.reduce<RequestDifference | undefined>(
    (most, each) => (most === undefined || each.difference > most.difference ? each : most),
    undefined,
  );
  return {
    compared: all.length,
    beyond: differing.filter(({ difference }) => difference > tolerance).length,
    ...(largest === undefined ? {} : { largest }),
  };
}

function differences({ before, after }: ItemPair): RequestDifference[] {
  const count = Math.max(before.requests.length, after.requests.length);
  return Array.from({ length: count }, (_, request) => {
    const scores = { before: scoreOf(before, request), after: scoreOf(after, request) };
    return { docId: after.docId, request, ...scores, difference: differenceOf(scores.before, scores.after) };
  });
}

function differenceOf(before: number | null, after: number | null): number {
  if (before === null || after === null) return before === after ? 0 : Infinity;
  return relativeDifference(before, after);
}

export function scoreOf({ requests }: RecordedItem, request: number): number | null {
  return requests[request]?.logLikelihood ?? null;
}

/** Items that only one of the runs answers right, with what was asked and answered. */
export function flippedItems(pairs: readonly ItemPair[]): FlippedItem[] {
  return pairs
    .filter(({ before, after }) => (before.isRight ?? false) !== (after.isRight ?? false))
    .map(({ before, after }) => ({
      docId: after.docId,
      isRight: after.isRight ?? false,
      ...(after.answer === undefined ? {} : { answer: after.answer }),
      requests: after.requests.map(({ context, continuation }, request) => ({
        ...(context === undefined ? {} : { context }),
        ...(continuation === undefined ? {} : { continuation }),
        before: scoreOf(before, request),
        after: scoreOf(after, request),
      })),
    }));
}
