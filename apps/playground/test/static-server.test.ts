import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedFolder, serveFolder } from '../src/serve/static-server.ts';

const root = temporaryFolder();
let served: ServedFolder;

beforeAll(async () => {
  mkdirSync(join(root, 'page'));
  writeFileSync(join(root, 'page/index.html'), 'the page');
  writeFileSync(join(root, 'secret'), 'secret');
  served = await serveFolder(join(root, 'page'));
});
afterAll(async () => served.close());

/** The path as it is given: `fetch` would put it right. */
function get(path: string): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request(served.address, { path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}

it.each(['/', '/index.html', '/index%2Ehtml?any'])('gives the page at %s', async (path) => {
  expect(await get(path)).toEqual({ status: 200, text: 'the page' });
});

it.each(['/absent', '/%00', '/..%2fsecret', '/../secret', '/%2e%2e/secret'])('has nothing at %s', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404 });
});

it.each(['/%E0%A4%A', '/%', 'http://['])('refuses %s, which is no address, and goes on', async (path) => {
  expect(await get(path)).toMatchObject({ status: 400 });
  expect(await get('/')).toMatchObject({ status: 200 });
});
