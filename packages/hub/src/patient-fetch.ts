/** Requests to a server that may be busy: it is asked again after as long as it says, a few times. */
import { setTimeout as sleep } from 'node:timers/promises';
import { httpFetch } from './http-fetch.ts';

const attempts = 5;
const longestWait = 60_000;
/** Too many requests, and what stands before a server that is down or being changed. */
const busy: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * As `fetch`; the last answer is given even where it is that the server is busy. A signal ends requests and waiting.
 */
export function patientFetch(signal: AbortSignal | undefined): typeof fetch {
  const interruptible = signal === undefined ? {} : { signal };
  return async (input, init) => await ask(input, { ...init, ...interruptible });
}

async function ask(input: Parameters<typeof fetch>[0], init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await httpFetch(input, init);
    if (!busy.has(response.status) || attempt === attempts) return response;
    await response.body?.cancel();
    await sleep(
      waitOf(response, attempt),
      undefined,
      init.signal instanceof AbortSignal ? { signal: init.signal } : {},
    );
  }
}

/** What `Retry-After` says in seconds, else 1, 2, 4 and 8 seconds. */
function waitOf({ headers }: Response, attempt: number): number {
  const said = headers.get('retry-after');
  const seconds = said !== null && /^\d{1,9}$/.test(said) ? Number(said) : 2 ** (attempt - 1);
  return Math.min(seconds * 1000, longestWait);
}
