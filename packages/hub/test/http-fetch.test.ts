import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openRevision } from '../src/open-revision.ts';
import { httpFetch } from '../src/http-fetch.ts';

/** In a thread, so that the end of a connection arrives while the body of 290 kB waits, as it does between two programs. */
const closingServer = `
  const { createHash } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  const content = Buffer.alloc(290_000, 'words ');
  const commit = 'a'.repeat(40);
  const oid = createHash('sha1').update('blob ' + content.length + '\\0').update(content).digest('hex');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {}).once('data', (request) => {
      const path = String(request).split(' ')[1];
      const json = path.includes('/revision/') ? { sha: commit } : [{ type: 'file', path: 'a.txt', size: content.length, oid }];
      const body = path.includes('/resolve/') ? content : Buffer.from(JSON.stringify(json));
      socket.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n'), body]));
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

it('gets every file whole from a server that closes the connection behind the body', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'linchpin-hub-'));
  const worker = new Worker(closingServer, { eval: true });
  try {
    const port = await new Promise((resolve) => worker.once('message', resolve));
    for (let times = 0; times < 20; times++) {
      const environment = { HF_HUB_CACHE: join(folder, `${times}`), HF_ENDPOINT: `http://127.0.0.1:${port}` };
      const repository = { type: 'dataset', name: 'org/words' } as const;
      const revision = await openRevision({ repository, revision: 'main', environment });
      const file = await revision.fetch('a.txt');
      expect(await readFile(file!, 'utf8')).toBe('words '.repeat(290_000).slice(0, 290_000));
    }
  } finally {
    await worker.terminate();
    await rm(folder, { recursive: true });
  }
});

async function serving<T>(listener: RequestListener, use: (address: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('unpacks what is sent packed, and follows a relative address to its end', async () => {
  const listener: RequestListener = ({ url }, response) => {
    if (url === '/') response.writeHead(307, { Location: 'there' }).end('moved');
    else response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('contents'));
  };
  await serving(listener, async (address) => {
    const response = await httpFetch(address);
    expect([response.status, response.url, await response.text()]).toEqual([200, `${address}/there`, 'contents']);
  });
});

it('ends where an address leads to itself', async () => {
  const listener: RequestListener = (_, response) => void response.writeHead(302, { Location: '/' }).end();
  await serving(listener, (address) => expect(httpFetch(address)).rejects.toThrow('redirects'));
});

it('fails with the reason of a signal, before the answer and in the middle of the body', async () => {
  const listener: RequestListener = ({ url }, response) => {
    if (url === '/body') response.writeHead(200, { 'Content-Length': 100 }).write('beginning');
  };
  const reason = new Error('enough');
  await serving(listener, async (address) => {
    const before = new AbortController();
    const waiting = expect(httpFetch(address, { signal: before.signal })).rejects.toBe(reason);
    await setImmediate();
    before.abort(reason);
    await waiting;
    const during = new AbortController();
    const response = await httpFetch(`${address}/body`, { signal: during.signal });
    during.abort(reason);
    await expect(response.text()).rejects.toThrow('enough');
  });
});

it('fails where the connection breaks off in the middle of the body', async () => {
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('beginning', () => response.destroy());
  };
  await serving(listener, async (address) => {
    await expect(httpFetch(address).then((response) => response.text())).rejects.toThrow();
  });
});
