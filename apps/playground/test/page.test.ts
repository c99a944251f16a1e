/**
 * The page in a real browser: it loads without an error, with threads and without, writes what Node writes, sets any scalar,
 * keeps the model in the browser's cache, and can be used by everyone. Skipped where the machine has no Chromium; the
 * variable CHROMIUM says where one is. WebGPU by software takes minutes and runs where LINCHPIN_FULL is 1.
 */
import { join } from 'node:path';
import { env } from 'node:process';
import axe from 'axe-core';
import { embeddedModels, openHarness } from '@linchpin/harness';
import { buildPlayground } from '@linchpin/playground';
import { temporaryFolder } from '@linchpin/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookInside } from '../src/engine/look-inside.ts';
import { nextTokensBeside } from '../src/engine/next-tokens.ts';
import { textLoss } from '../src/engine/text-loss.ts';
import { writeBeside } from '../src/engine/write-beside.ts';
import { buildPage } from '../src/serve/build-page.ts';
import { type ServedFolder, serveFolder } from '../src/serve/static-server.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { type NodePlayground, openInNode } from './node-session.ts';

/** Two builds of onnxruntime, with other orders of summation. */
const tolerance = 2e-5;

const folder = temporaryFolder();
const name = chromiumPath === undefined ? 'the playground (skipped: no Chromium; set CHROMIUM)' : 'the playground';
const minutes = 60_000;

interface Problems {
  readonly page: Page;
  readonly problems: string[];
}

/** A script: whether the second of two numbers of the page is there and another than the first. */
function isChanged(selector: string, within: string = 'document'): string {
  return `(([a, b]) => a !== undefined && b.value !== '' && a.value !== b.value)(${within}.querySelectorAll('${selector}'))`;
}

describe.skipIf(chromiumPath === undefined)(name, { timeout: 5 * minutes }, () => {
  let browser: Browser;
  let isolated: ServedFolder;
  let plain: ServedFolder;
  let inNode: NodePlayground;

  beforeAll(async () => {
    const page = join(folder, 'page');
    await buildPage(page);
    await using harness = await openHarness();
    await buildPlayground(await harness.open('mini'), { out: join(folder, 'mini'), page });
    inNode = await openInNode(join(folder, 'mini'), embeddedModels['mini']!);
    isolated = await serveFolder(join(folder, 'mini'));
    plain = await serveFolder(join(folder, 'mini'), { isolates: false });
    browser = await startChromium(chromiumPath!);
  }, 5 * minutes);

  afterAll(async () => {
    await browser?.close();
    await Promise.all([isolated?.close(), plain?.close(), inNode?.release()]);
  });

  /** Problems are what the page has written to the console, and what it has asked of others. */
  async function open(address: string, view: { width?: number; dark?: boolean } = {}): Promise<Problems> {
    const { width = 1280, dark = false } = view;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
    page.setDefaultTimeout(2 * minutes);
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(new URL('/', address).href) && !/^(?:data|blob):/.test(asked)) problems.push(asked);
    });
    await page.goto(address);
    return { page, problems };
  }

  /** Waits for a script to give true. It comes in through the debugger: the page itself lets no other script run. */
  async function until(page: Page, script: string): Promise<void> {
    await expect.poll(() => page.evaluate(script), { timeout: 2 * minutes, interval: 100 }).toBe(true);
  }

  /** Both texts, once they are written. */
  async function texts(page: Page): Promise<{ original: string; changed: string }> {
    const isWritten = `[...document.querySelectorAll('.written')].filter((each) => / tokens/.test(each.textContent)).length === 2`;
    await until(page, `${isWritten} && document.querySelector('.texts button.primary').textContent === 'Write again'`);
    const own = await page.locator('.written .own').allTextContents();
    return { original: own[0]!, changed: own[1]! };
  }

  /** What Node writes under the same change, 40 ids. */
  async function expectedTexts(factor: number): Promise<{ original: string; changed: string }> {
    const { manifest, tokenizer } = inNode;
    const prompt = tokenizer.encodeWithSpecialTokens(manifest.texts.prompts[0]!);
    const [weight] = manifest.model.superWeights;
    const matrix = manifest.matrices.findIndex(({ layer, role }) => layer === weight!.layer && role === 'mlp-output');
    const change = { edits: [{ matrix, row: weight!.row, column: weight!.column, factor }], restores: false };
    const written = { original: '', changed: '' };
    for await (const { side, text } of writeBeside(inNode, tokenizer, { prompt, change, tokens: 40 }))
      written[side] += text;
    return written;
  }

  it.each([
    ['with cross-origin headers, on several threads', () => isolated.address, true],
    ['without them, on one', () => plain.address, false],
  ] as const)('loads %s, and writes 40 ids as Node does at the factors 1 and 0', async (_, address, isIsolated) => {
    const { page, problems } = await open(address());
    expect(await texts(page)).toEqual(await expectedTexts(1));
    expect(await page.evaluate('crossOriginIsolated')).toBe(isIsolated);
    await page.getByRole('button', { name: 'Next: One number, set to zero' }).click();
    await until(page, "document.querySelectorAll('.written .own')[1].textContent.includes('the the')");
    expect(await texts(page)).toEqual(await expectedTexts(0));
    // The address holds the state: another page of it shows the same.
    const link = page.url();
    const again = await open(link);
    expect(await texts(again.page)).toEqual(await expectedTexts(0));
    expect([...problems, ...again.problems]).toEqual([]);
    await Promise.all([page.close(), again.page.close()]);
  });

  it('sets any scalar of any layer: losses and probabilities are those of Node', async () => {
    const { page, problems } = await open(isolated.address);
    await texts(page);
    const form = page.getByRole('form', { name: 'Change a scalar' });
    await page.getByLabel('Layer', { exact: true }).selectOption('5');
    await form.getByLabel('Matrix of layer 5').selectOption('mlp.gate_proj');
    await form.getByLabel(/^Row/).fill('17');
    await form.getByLabel(/^Column/).fill('200');
    await form.getByLabel('Change', { exact: true }).selectOption('value');
    await form.getByLabel('Number').fill('-6');
    await form.getByRole('button', { name: 'Change this scalar' }).click();
    await until(page, isChanged('.figures data'));
    await until(page, `[...document.querySelectorAll('.bars tr')].some((row) => ${isChanged('data', 'row')})`);
    const { manifest, tokenizer } = inNode;
    const matrix = manifest.matrices.findIndex(({ module }) => module === 'model.layers.5.mlp.gate_proj');
    const change = { edits: [{ matrix, row: 17, column: 200, value: -6 }], restores: false };
    const values = async (selector: string): Promise<number[]> =>
      (await page.locator(selector).evaluateAll((all) => all.map((each) => each.getAttribute('value')))).map(Number);
    const measured = tokenizer.encodeWithSpecialTokens(manifest.texts.measured);
    const [, loss] = await values('.figures data');
    expect(Math.abs(loss! - (await textLoss(inNode, measured, change)))).toBeLessThan(tolerance);
    const prompt = tokenizer.encodeWithSpecialTokens(manifest.texts.prompts[0]!);
    const [original, changed] = [
      await lookInside(inNode, prompt, { edits: [], restores: false }),
      await lookInside(inNode, prompt, change),
    ];
    const expected = nextTokensBeside(tokenizer, { original: original.nextLogits, changed: changed.nextLogits }, 6)!;
    const found = await values('.bars td.changed data');
    expect(found).toHaveLength(expected.length);
    for (const [index, token] of expected.entries())
      expect(Math.abs(Math.log(found[index]!) - Math.log(token.changed))).toBeLessThan(tolerance);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('takes the model from the cache of the browser when it comes again', async () => {
    const { page } = await open(isolated.address);
    await texts(page);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await texts(page);
    expect(asked.filter((url) => url.includes('/model/'))).toEqual([]);
    await page.close();
  });

  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('can be used by everyone: %o', async (view) => {
    const { page, problems } = await open(`${isolated.address}#step=2&edit=1.mlp.down_proj:100:300*0`, view);
    await texts(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    // The slider by keyboard alone.
    await page.getByLabel(/Super weight/).focus();
    await page.keyboard.press('End');
    await until(page, "location.hash.includes('%2A3') || location.hash.includes('*3')");
    expect(problems).toEqual([]);
    await page.close();
  });

  it.skipIf(env['LINCHPIN_FULL'] !== '1')(
    'writes by WebGPU what Node writes (skipped: minutes; LINCHPIN_FULL=1)',
    async () => {
      const graphics = await startChromium(chromiumPath!, true);
      const page = await graphics.newPage();
      page.setDefaultTimeout(4 * minutes);
      await page.goto(`${isolated.address}#device=webgpu&tokens=4`);
      const { original } = await texts(page);
      expect(original.length).toBeGreaterThan(5);
      expect((await expectedTexts(1)).original.startsWith(original)).toBe(true);
      await graphics.close();
    },
  );
});
