/** Hands out a folder over HTTP, with the headers that let a page use several threads. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

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

/** Listens on this machine alone. */
export async function serveFolder(
  folder: string,
  { port = 0, isolates = true }: ServeOptions = {},
): Promise<ServedFolder> {
  const serve = sirv(folder, { setHeaders: (response, path) => setHeaders(response, path, isolates) });
  const server = createServer((request, response) => {
    const refuse = (status: number): void =>
      void response.writeHead(status, { 'content-type': 'text/plain' }).end('there is nothing here');
    if (isAddress(request.url)) serve(request, response, () => refuse(404));
    else refuse(400);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${bound}/`,
    close: async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A % without two digits behind it makes none. */
function isAddress(asked: string | undefined): boolean {
  try {
    return decodeURIComponent(new URL(asked ?? '', 'http://localhost').pathname) !== '';
  } catch {
    return false;
  }
}

function setHeaders(response: ServerResponse, path: string, isolates: boolean): void {
  // What has its hash in its name never changes.
  const isHashed = /^\/(?:assets|model)\//.test(path);
  response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (!isolates) return;
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
}
