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
import { noChange } from '../src/engine/adjustment.ts';
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
const isFull = env['LINCHPIN_FULL'] === '1';

interface Problems {
  readonly page: Page;
  readonly problems: string[];
}

describe.skipIf(chromiumPath === undefined)(name, { timeout: 5 * minutes }, () => {
  let browser: Browser;
  let isolated: ServedFolder;
  let plain: ServedFolder;
  let inNode: NodePlayground;
  /** One page for most tests, in their order: to open a model takes a second. */
  let shown: Problems;

  beforeAll(async () => {
    const page = join(folder, 'page');
    await buildPage(page);
    await using harness = await openHarness();
    await buildPlayground(await harness.open('mini'), { out: join(folder, 'mini'), page });
    inNode = await openInNode(join(folder, 'mini'), embeddedModels['mini']!);
    isolated = await serveFolder(join(folder, 'mini'));
    plain = await serveFolder(join(folder, 'mini'), { isolates: false });
    browser = await startChromium(chromiumPath!);
    shown = await open(isolated.address);
  }, 5 * minutes);

  afterAll(async () => {
    await browser?.close();
    await Promise.all([isolated?.close(), plain?.close(), inNode?.release()]);
  });

  /** Problems are what the page has written to the console, and what it has asked of others. */
  async function open(address: string): Promise<Problems> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
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

  /** The exact numbers behind those that are shown. */
  async function values(selector: string): Promise<number[]> {
    const all = await shown.page.locator(selector).evaluateAll((each) => each.map((one) => one.getAttribute('value')));
    return all.map(Number);
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

  it('loads without cross-origin headers, on one thread, and writes what a link says as Node does', async () => {
    const { page, problems } = await open(`${plain.address}#step=2&edit=1.mlp.down_proj:100:300*0`);
    expect(await texts(page)).toEqual(await expectedTexts(0));
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('says of a link to a scalar that the model does not have that nothing is changed', async () => {
    const { page, problems } = await open(`${isolated.address}#step=free&edit=1.mlp.down_proj:100:7000*0`);
    await page.getByText('This model has no such scalar: nothing is changed.').waitFor();
    const { original, changed } = await texts(page);
    expect(changed).toBe(original);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('names the list of files where a server answers with something else', async () => {
    const page = await browser.newPage();
    await page.route('**/model.json', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(isolated.address);
    expect(await page.getByRole('alert').textContent()).toContain('model.json: found text that is no JSON');
    await page.close();
  });

  it('loads with them, on several threads, and writes 40 ids as Node does at the factors 1 and 0', async () => {
    expect(await texts(shown.page)).toEqual(await expectedTexts(1));
    expect(await shown.page.evaluate('crossOriginIsolated')).toBe(true);
    await shown.page.getByRole('button', { name: 'Next: One number, set to zero' }).click();
    await until(shown.page, "document.querySelectorAll('.written .own')[1].textContent.includes('the the')");
    expect(await texts(shown.page)).toEqual(await expectedTexts(0));
  });

  it('sets any scalar of any layer: losses and probabilities are those of Node', async () => {
    const { page } = shown;
    await page.getByRole('button', { name: /^Undo the change/ }).click();
    await page.getByRole('combobox', { name: 'Layer', exact: true }).selectOption('5');
    const form = page.getByRole('form', { name: 'Change a scalar' });
    await form.getByRole('combobox', { name: 'Matrix of layer 5' }).selectOption('mlp.gate_proj');
    await form.getByRole('spinbutton', { name: /^Row/ }).fill('17');
    await form.getByRole('spinbutton', { name: /^Column/ }).fill('200');
    await form.getByRole('combobox', { name: 'Change', exact: true }).selectOption('value');
    await form.getByRole('spinbutton', { name: 'Number', exact: true }).fill('-6');
    await form.getByRole('button', { name: 'Change this scalar' }).click();
    const { manifest, tokenizer } = inNode;
    const matrix = manifest.matrices.findIndex(({ module }) => module === 'model.layers.5.mlp.gate_proj');
    const change = { edits: [{ matrix, row: 17, column: 200, value: -6 }], restores: false };
    const measured = tokenizer.encodeWithSpecialTokens(manifest.texts.measured);
    const loss = await textLoss(inNode, measured, change);
    await expect
      .poll(async () => Math.abs((await values('.figures data'))[1]! - loss), { timeout: 2 * minutes })
      .toBeLessThan(tolerance);
    expect(Math.abs(loss - (await textLoss(inNode, measured, noChange)))).toBeGreaterThan(10 * tolerance);
    const prompt = tokenizer.encodeWithSpecialTokens(manifest.texts.prompts[0]!);
    const original = (await lookInside(inNode, prompt, noChange)).nextLogits;
    const changed = (await lookInside(inNode, prompt, change)).nextLogits;
    const expected = nextTokensBeside(tokenizer, { original, changed }, 5)!;
    const differences = async (): Promise<number[]> => {
      const found = await values('.bars td.changed data');
      return expected.map(({ changed: probability }, index) =>
        Math.abs(Math.log(found[index]!) - Math.log(probability)),
      );
    };
    await expect.poll(async () => Math.max(...(await differences())), { timeout: 2 * minutes }).toBeLessThan(tolerance);
  });

  it('picks the largest scalar of a layer by a click on its chart, and of others by the keyboard', async () => {
    const { page } = shown;
    const { manifest, tokenizer } = inNode;
    const prompt = tokenizer.encodeWithSpecialTokens(manifest.texts.prompts[0]!);
    const { layers } = await lookInside(inNode, prompt, noChange);
    const form = page.getByRole('form', { name: 'Change a scalar' });
    const expectPicked = async (layer: number): Promise<void> => {
      const [row, column] = [layers[layer]!.outputs[0]!.channel, layers[layer]!.inputs[0]!.channel];
      const told = form.getByText(`layer ${layer} · mlp.down_proj [${row}, ${column}]`);
      await told.waitFor();
      const fields = [form.getByLabel(/^Row/), form.getByLabel(/^Column/)];
      expect(await Promise.all(fields.map((field) => field.inputValue()))).toEqual([String(row), String(column)]);
    };
    const charts = page.getByRole('slider', { name: /layer whose largest scalar is picked$/ });
    expect(await charts.count()).toBe(3);
    const [first, last] = [charts.first(), charts.last()];
    const { width, height } = (await first.boundingBox())!;
    // The middle of the thumb, 16 px wide, lies over the layer's point.
    const at = (layer: number): { x: number; y: number } => ({
      x: 8 + ((width - 16) * layer) / (layers.length - 1),
      y: height / 3,
    });
    for (const layer of [1, 1, 7, 0, 4]) {
      await form.getByLabel(/^Row/).fill('5');
      await first.click({ position: at(layer) });
      await expectPicked(layer);
    }
    // That of the layer of the super weight is the super weight.
    const [weight] = manifest.model.superWeights;
    expect([layers[1]!.outputs[0]!.channel, layers[1]!.inputs[0]!.channel]).toEqual([weight!.row, weight!.column]);
    await last.focus();
    await page.keyboard.press('ArrowRight');
    await expectPicked(5);
    await page.keyboard.press('Home');
    await expectPicked(0);
    expect(await last.getAttribute('aria-valuetext')).toMatch(/^layer 0: /);
    await until(page, "document.activeElement.type === 'range'");
    const dots = await page.locator('.layer-charts svg').first().boundingBox();
    expect(Math.abs(dots!.width - 46 - 20 - (width - 16))).toBeLessThan(1);
  });

  it.each([
    { width: 1280, colorScheme: 'light' },
    { width: 360, colorScheme: 'dark' },
  ] as const)('can be used by everyone: $width px, $colorScheme', async ({ width, colorScheme }) => {
    const { page } = shown;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    // Charts are as wide as their place, once they are drawn anew.
    await until(page, `document.documentElement.scrollWidth === ${width}`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('is used by the keyboard, and takes model and state from where they were when it is loaded again', async () => {
    const { page } = shown;
    await page.getByLabel(/Super weight/).focus();
    await page.keyboard.press('Home');
    await until(page, "location.hash.includes('300*0') || location.hash.includes('300%2A0')");
    await page.getByRole('switch').focus();
    await page.keyboard.press('Space');
    await until(page, "location.hash.includes('sa=1')");
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await texts(page);
    expect(await page.getByRole('switch').isChecked()).toBe(true);
    expect(await page.locator('.edits li').count()).toBe(2);
    expect(asked.filter((url) => url.includes('/model/'))).toEqual([]);
    expect(shown.problems).toEqual([]);
  });

  it.skipIf(!isFull)(
    `writes by WebGPU what Node writes${isFull ? '' : ' (skipped: it takes minutes; set LINCHPIN_FULL to 1)'}`,
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
