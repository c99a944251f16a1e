/** A server on this machine that answers as the Hugging Face hub does, and as it does on bad days. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Contents by path. */
export type StandInFiles = Readonly<Record<string, Buffer>>;

/** What it answers may be changed at any time. */
export interface HubStandIn {
  /** For HF_ENDPOINT. */
  readonly address: string;
  /** By `org/name`, or `datasets/org/name`; of a revision with `@refs/…` behind it, of any other without. */
  readonly repositories: Record<string, StandInFiles>;
  /** Of every revision. */
  commit: string;
  /** Requests as `METHOD path range`, in order. */
  readonly requests: string[];
  /** What requests said about who asks, where they did. */
  readonly authorizations: string[];
  /** Address of the server that large files are on; this one when absent. */
  movedTo: string | undefined;
  /** Stops the body of a large file after so many bytes: breaks the connection, or ends as if that were all. */
  cut: { readonly after: number; readonly how: 'break' | 'end' } | undefined;
  /** Sends other bytes of large files than announced. */
  garbled: boolean;
  /** Sends more bytes of large files than listed, and says so or not. */
  tooLong: 'header' | 'body' | undefined;
  /** Whether it sends parts of files. */
  knowsRanges: boolean;
  /** Answers so many requests with a status, and that they be repeated at once. */
  busy: { readonly status: number; times: number } | undefined;
  /** Answers with this page whatever is asked, as a network does that wants a login. */
  page: string | undefined;
  /** Without this token it answers 401. */
  token: string | undefined;
  close(): Promise<void>;
}

/** Weights and tables are "large files", named by SHA-256 and served from another address. */
const large = /\.(?:safetensors|parquet|gz)$/;

/** Opens it on a port of its own. */
export async function openHubStandIn(repositories: Record<string, StandInFiles>): Promise<HubStandIn> {
  const server = createServer((request, response) => answer(standIn, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const standIn: HubStandIn = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    repositories,
    commit: '0123456789abcdef0123456789abcdef01234567',
    requests: [],
    authorizations: [],
    movedTo: undefined,
    cut: undefined,
    garbled: false,
    tooLong: undefined,
    knowsRanges: true,
    busy: undefined,
    page: undefined,
    token: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return standIn;
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function gitHashOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** The addresses that are asked for. */
function answer(standIn: HubStandIn, request: IncomingMessage, response: ServerResponse): void {
  const { range, authorization } = request.headers;
  standIn.requests.push(`${request.method} ${request.url}${range === undefined ? '' : ` ${range}`}`);
  if (authorization !== undefined) standIn.authorizations.push(authorization);
  const { busy, page, token, commit } = standIn;
  if (busy !== undefined && busy.times > 0) {
    busy.times--;
    response.writeHead(busy.status, { 'Retry-After': '0' }).end();
    return;
  }
  if (page !== undefined) return void response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
  if (token !== undefined && authorization !== `Bearer ${token}`) return sendJson(response, 401, { error: 'gated' });
  const path = decodeURIComponent(request.url!.replace(/\?.*$/, ''));
  const asked = /^\/api\/(?:models\/)?(?<name>.+?)\/(?<what>revision|tree)\/(?<rest>.+)$/.exec(path)?.groups;
  if (asked !== undefined) return answerAbout(standIn, response, asked as Record<'name' | 'what' | 'rest', string>);
  const file = new RegExp(`^/(?<moved>large/)?(?<name>.+?)/resolve/(?<commit>[0-9a-f]{40})/(?<file>.+)$`).exec(
    path,
  )?.groups;
  const content = contentOf(standIn, file?.['name'], file?.['file']);
  if (content === undefined || ![commit, commitOf(standIn, 'refs/')].includes(file!['commit']!))
    return sendJson(response, 404, { error: 'Entry not found' });
  if (!large.test(path)) return sendPart(standIn, response, { content, range });
  if (file!['moved'] === undefined)
    response.writeHead(302, { Location: `${standIn.movedTo?.replace(/\/$/, '') ?? ''}/large${request.url}` }).end();
  else sendLarge(standIn, response, { content, range });
}

/** A converted revision has a commit of its own. */
function commitOf({ commit }: HubStandIn, revision: string): string {
  return revision.startsWith('refs/') && !revision.startsWith('refs/pr') ? commit.replace(/^./, 'e') : commit;
}

function contentOf(
  { repositories }: HubStandIn,
  name: string | undefined,
  file: string | undefined,
): Buffer | undefined {
  if (name === undefined || file === undefined) return undefined;
  const own = Object.entries(repositories).filter(([key]) => key === name || key.startsWith(`${name}@`));
  return own.map(([, files]) => files[file]).find((content) => content !== undefined);
}

function answerAbout(
  standIn: HubStandIn,
  response: ServerResponse,
  { name, what, rest }: Readonly<Record<'name' | 'what' | 'rest', string>>,
): void {
  const { repositories } = standIn;
  const converted = Object.keys(repositories).find((key) => key.startsWith(`${name}@`));
  const isConverted =
    what === 'revision' ? rest.startsWith('refs/convert') : rest.startsWith(commitOf(standIn, 'refs/'));
  const files = isConverted ? repositories[converted ?? ''] : repositories[name];
  if (files === undefined) return sendJson(response, 404, { error: 'Repository not found' });
  if (what === 'revision') return sendJson(response, 200, { id: name, sha: commitOf(standIn, rest) });
  const folder = rest.replace(/^[^/]*\/?/, '');
  const listed = Object.entries(files).filter(([path]) => folder === '' || path.startsWith(`${folder}/`));
  sendJson(
    response,
    200,
    listed.map(([path, content]) => entryOf(path, content)),
  );
}

function entryOf(path: string, content: Buffer): unknown {
  const size = content.length;
  const lfs = large.test(path) ? { lfs: { oid: sha256Of(content), size, pointerSize: 134 } } : {};
  return { type: 'file', path, size, oid: gitHashOf(content), ...lfs };
}

interface Sent {
  readonly content: Buffer;
  readonly range: string | undefined;
}

function sendLarge(standIn: HubStandIn, response: ServerResponse, { content, range }: Sent): void {
  const { garbled, tooLong } = standIn;
  if (garbled) return sendPart(standIn, response, { content: Buffer.alloc(content.length, 'x'), range });
  if (tooLong === undefined) return sendPart(standIn, response, { content, range }, standIn.cut);
  const longer = Buffer.concat([content, Buffer.from('and more')]);
  if (tooLong === 'header') response.writeHead(200, { 'Content-Length': longer.length });
  response.end(longer);
}

function sendPart(
  { knowsRanges }: HubStandIn,
  response: ServerResponse,
  { content, range }: Sent,
  cutting?: HubStandIn['cut'],
): void {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(knowsRanges ? (range ?? '') : '') ?? [];
  const part = first === undefined ? content : content.subarray(Number(first), Number(last) + 1);
  const cut = cutting !== undefined && part.length > cutting.after ? cutting : undefined;
  response.writeHead(first === undefined ? 200 : 206, {
    ETag: `"${sha256Of(content)}"`,
    ...(cut?.how === 'end' ? {} : { 'Content-Length': part.length }),
    ...(first === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${content.length}` }),
  });
  const sent = part.subarray(0, cut?.after);
  if (cut?.how === 'break') response.write(sent, () => setTimeout(() => response.destroy(), 50));
  else response.end(sent);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
