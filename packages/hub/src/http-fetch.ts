/**
 * `fetch`, as far as the hub is asked, over node:http. The one of Node ends the whole process, out of reach of every handler, where a
 * server closes the connection behind a body that has not been read yet (an assertion of undici's parser, which is paused then).
 */
import { type ClientRequest, get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { silence, tooManyRedirects } from './errors.ts';

const mostRedirects = 20;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Statuses of answers that have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
/** As long as Node's own waits for the next byte, in milliseconds. */
const longestSilence = 300_000;

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Follows redirects; a token goes to the host alone that it is for. Only GET is known. */
export async function httpFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const { url, headers: given, signal } = new Request(input, init);
  const headers = new Headers(given);
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity');
  let address = new URL(url);
  for (let followed = 0; followed <= mostRedirects; followed++) {
    const answer = await send(address, headers, signal);
    const { statusCode = 0, headers: answered } = answer;
    if (!redirects.has(statusCode) || answered.location === undefined) return responseOf(answer, address, signal);
    answer.resume();
    const next = new URL(answered.location, address);
    if (next.origin !== address.origin) headers.delete('authorization');
    address = next;
  }
  throw tooManyRedirects(url, mostRedirects);
}

async function send(address: URL, headers: Headers, signal: AbortSignal): Promise<IncomingMessage> {
  const get = address.protocol === 'https:' ? getSecure : getPlain;
  const options = { headers: Object.fromEntries(headers), signal, timeout: longestSilence };
  for (;;) {
    let request: ClientRequest | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const sent = get(address, options, resolve).on('error', reject);
        sent.on('timeout', () => sent.destroy(silence(longestSilence / 1000)));
        request = sent;
      });
    } catch (error) {
      signal.throwIfAborted();
      // A connection that was kept from an earlier request, and that the server has closed meanwhile.
      const isStale = request?.reusedSocket === true && error instanceof Error && 'code' in error;
      if (!isStale || error.code !== 'ECONNRESET') throw error;
    }
  }
}

function responseOf(answer: IncomingMessage, address: URL, signal: AbortSignal): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = answer;
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!);
  if (bodiless.has(status)) answer.resume();
  const body = bodiless.has(status) ? null : bodyOf(answer, headers.get('content-encoding'));
  signal.addEventListener('abort', () => answer.destroy(signal.reason), { once: true });
  const response = new Response(body, { status, statusText, headers });
  return Object.defineProperty(response, 'url', { value: address.href });
}

function bodyOf(answer: IncomingMessage, encoding: string | null): ReadableStream<Uint8Array<ArrayBuffer>> {
  const decoder = decoders[encoding?.toLowerCase() ?? '']?.();
  // An error of either ends the other, and is the reader's.
  const bytes = decoder === undefined ? answer : pipeline(answer, decoder, () => {});
  return Readable.toWeb(bytes) as ReadableStream<Uint8Array<ArrayBuffer>>;
}
