/** An item in two: what was asked, which all runs of a task have in common, and what the model answered. */
import { internalError } from '@linchpin/errors';
import type { RecordedItem, RecordedRequest } from '@linchpin/plugin-api';

type AskedRequest = Omit<RecordedRequest, 'logLikelihood' | 'isGreedy' | 'written'>;

export interface AskedItem extends Pick<RecordedItem, 'docId' | 'answer'> {
  readonly requests: readonly AskedRequest[];
}

export interface AnsweredItem extends Pick<RecordedItem, 'isRight' | 'skipped'> {
  /** One a request; a number that JSON does not have as a word, null where there is none. */
  readonly logLikelihoods: readonly (number | string | null)[];
  readonly greedy: readonly (boolean | null)[];
  /** Absent where the model was not asked to write. */
  readonly written?: readonly (string | null)[];
}

export function askedOf({ docId, answer, requests }: RecordedItem): AskedItem {
  return { docId, ...(answer === undefined ? {} : { answer }), requests: requests.map(askedRequest) };
}

function askedRequest(request: RecordedRequest): AskedRequest {
  const { logLikelihood: _, isGreedy: __, written: ___, ...asked } = request;
  return asked;
}

export function answeredOf({ isRight, skipped, requests }: RecordedItem): AnsweredItem {
  return {
    ...(isRight === undefined ? {} : { isRight }),
    ...(skipped === undefined ? {} : { skipped }),
    logLikelihoods: requests.map(({ logLikelihood = null }) =>
      logLikelihood === null || Number.isFinite(logLikelihood) ? logLikelihood : String(logLikelihood),
    ),
    greedy: requests.map(({ isGreedy = null }) => isGreedy),
    ...(requests.some(({ written }) => written !== undefined)
      ? { written: requests.map(({ written = null }) => written) }
      : {}),
  };
}

/** The items again, in the order of what was asked. */
export function joinItems(asked: readonly AskedItem[], answered: readonly AnsweredItem[]): RecordedItem[] {
  if (asked.length !== answered.length) throw internalError(`${asked.length} items and ${answered.length} answers`);
  return asked.map((item, index) => joined(item, answered[index]!));
}

function joined(asked: AskedItem, { logLikelihoods, greedy, written = [], ...outcome }: AnsweredItem): RecordedItem {
  const requests = asked.requests.map((request, index): RecordedRequest => {
    const logLikelihood = logLikelihoods[index] ?? null;
    const isGreedy = greedy[index] ?? null;
    const text = written[index] ?? null;
    return {
      ...request,
      ...(logLikelihood === null ? {} : { logLikelihood: Number(logLikelihood) }),
      ...(isGreedy === null ? {} : { isGreedy }),
      ...(text === null ? {} : { written: text }),
    };
  });
  return { ...asked, ...outcome, requests };
}
