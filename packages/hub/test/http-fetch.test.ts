import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execPath } from 'node:process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { httpFetch } from '../src/http-fetch.ts';

/** HTTP/1.0: the end of the connection follows the 290 kB of the file at once. */
const closingServer = `
  const { createHash } = require('node:crypto');
  const content = Buffer.alloc(290_000, 'words ');
  const oid = createHash('sha1').update('blob ' + content.length + '\\0').update(content).digest('hex');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {}).once('data', (request) => {
      const path = String(request).split(' ')[1];
      const json = path.includes('/revision/') ? { sha: 'a'.repeat(40) } : [{ type: 'file', path: 'a.txt', size: content.length, oid }];
      const body = path.includes('/resolve/') ? content : Buffer.from(JSON.stringify(json));
      socket.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n'), body]));
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Downloads a file into 20 caches, one after the other. */
const downloads = `
  import { openRevision } from '@linchpin/hub';
  for (let times = 0; times < 20; times++) {
    const environment = { HF_HUB_CACHE: process.argv[1] + '/' + times, HF_ENDPOINT: process.argv[2] };
    const revision = await openRevision({ repository: { type: 'dataset', name: 'org/words' }, revision: 'main', environment });
    await revision.fetch('a.txt');
  }
  console.log('done');
`;

// Server and reader are processes, and the reader a fresh one: only so does the end arrive while the body waits.
it('gets every file whole from a server that closes the connection behind the body', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'linchpin-hub-'));
  const server = spawn(execPath, ['--eval', closingServer], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = await new Promise<string>((resolve) => server.stdout.once('data', (text) => resolve(String(text))));
    for (const name of ['a', 'b', 'c', 'd']) {
      const conditions = ['--conditions=@linchpin/source', '--input-type=module', '--eval', downloads];
      const given = [join(folder, name), `http://127.0.0.1:${port.trim()}`];
      const { stdout } = await promisify(execFile)(execPath, [...conditions, ...given], { cwd: import.meta.dirname });
      expect(stdout).toBe('done\n');
    }
  } finally {
    server.kill();
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
    void setImmediate().then(() => before.abort(reason));
    await expect(httpFetch(address, { signal: before.signal })).rejects.toBe(reason);
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
    await expect(httpFetch(address).then((response) => response.text())).rejects.toThrow('aborted');
  });
});
