/** Items that are answered right by only one of two runs, with their texts. */
import type { FlippedItem } from '../comparison.ts';
import { nats } from './in-words.ts';

/** `length` is how many characters of a text are shown: the last ones of a context, the first ones of a continuation. */
export function flippedInWords(item: FlippedItem, length: number): string[] {
  const { docId, isRight, answer, requests } = item;
  const contexts = new Set(requests.map(({ context }) => context ?? ''));
  const [context = ''] = contexts;
  return [
    `item ${docId}: ${isRight ? 'right now, wrong before' : 'wrong now, right before'}`,
    ...(contexts.size === 1 ? [`  ${end(context, length)}`] : []),
    ...requests.map((request, index) => {
      const text = contexts.size === 1 ? request.continuation : `${request.context ?? ''}${request.continuation ?? ''}`;
      const mark = index === answer || requests.length === 1 ? '*' : '-';
      return `  ${mark} ${start(text ?? '', length)}  ${nats(request.before)} → ${nats(request.after)}`;
    }),
  ];
}

/** In quotes, so that spaces, newlines and control characters show. */
function start(text: string, length: number): string {
  return JSON.stringify(text.length > length ? `${text.slice(0, length)}…` : text);
}

function end(text: string, length: number): string {
  return JSON.stringify(text.length > length ? `…${text.slice(-length)}` : text);
}
