/** Hands out a folder over HTTP, with the headers that let a page use several threads. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface ServedFolder {
  readonly address: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Any free one when absent. */
  readonly port?: number;
  /** Whether pages get the headers under which browsers share memory between threads. */
  readonly isolates?: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Listens on this machine alone. */
export async function serveFolder(
  folder: string,
  { port = 0, isolates = true }: ServeOptions = {},
): Promise<ServedFolder> {
  const server = createServer((request, response) => {
    const path = pathOf(request.url ?? '/');
    if (path === undefined) refuse(response, 400, 'no address');
    else void answer(response, { folder, path: path.endsWith('/') ? `${path}index.html` : path, isolates });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${bound}/`, close: () => closed(server) };
}

/** Undefined for what is no address, such as a % without two digits behind it. */
function pathOf(asked: string): string | undefined {
  try {
    return decodeURIComponent(new URL(asked, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(why);
}

interface Answer {
  readonly folder: string;
  readonly path: string;
  readonly isolates: boolean;
}

async function answer(response: ServerResponse, { folder, path, isolates }: Answer): Promise<void> {
  const file = join(folder, normalize(path));
  const facts = file.startsWith(folder) ? await stat(file).catch(() => undefined) : undefined;
  if (facts?.isFile() !== true) {
    refuse(response, 404, 'not found');
    return;
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': facts.size,
    // What has its hash in its name never changes.
    'cache-control': /^\/(?:assets|model)\//.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(isolates
      ? {
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
          'cross-origin-resource-policy': 'same-origin',
        }
      : {}),
  });
  createReadStream(file).pipe(response);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}
