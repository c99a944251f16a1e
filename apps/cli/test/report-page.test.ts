/**
 * The report in a real browser: it loads without an error, draws, sorts by mouse and keyboard, shows where numbers come
 * from, and can be used by everyone. Skipped where the machine has no Chromium; the variable CHROMIUM says where one is.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, startChromium } from './chromium.ts';
import { writeExampleResults } from './example-results.ts';
import { linchpin } from './run-in-process.ts';

const folder = temporaryFolder();
const file = join(folder, 'report.html');
const name = chromiumPath === undefined ? 'the report (skipped: no Chromium; set CHROMIUM)' : 'the report';

type View = { readonly width: number; readonly colorScheme: 'light' | 'dark' };
const desktop: View = { width: 1280, colorScheme: 'light' };
const views: readonly View[] = [desktop, { ...desktop, colorScheme: 'dark' }, { width: 390, colorScheme: 'light' }];

describe.skipIf(chromiumPath === undefined)(name, () => {
  let browser: Browser;

  beforeAll(async () => {
    writeExampleResults(folder);
    await linchpin(['report', folder, '--out', file]);
    browser = await startChromium(chromiumPath!);
  });

  afterAll(async () => browser.close());

  /** Problems are what the page has written to the console, and what it has asked of the network. */
  async function open({ width, colorScheme }: View): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, problems };
  }

  it.each(views)('loads without an error, and nothing beside itself: $width px, $colorScheme', async (view) => {
    const { page, problems } = await open(view);
    expect(problems).toEqual([]);
    // Nothing is wider than the screen.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
    await page.close();
  });

  it.each(views)('draws one chart of each figure: $width px, $colorScheme', async (view) => {
    const { page } = await open(view);
    const charts = page.locator('#result-3 .chart:visible');
    expect(await charts.count()).toBe(1);
    expect(await charts.locator('g.line path').count()).toBeGreaterThan(0);
    // One in the legend.
    expect(await charts.locator('g.dot > *').count()).toBe(3 + 1);
    const box = await charts.boundingBox();
    expect(box!.height).toBeGreaterThan(200);
    await page.close();
  });

  /** Row labels of the first table from above. */
  async function labels(page: Page): Promise<string[]> {
    return await page.locator('#result-1 table').first().locator('tbody th').allTextContents();
  }

  it('sorts by click: up, down, and back', async () => {
    const { page } = await open(desktop);
    const original = ['Original', 'Prune SW', 'Prune Non-SW'];
    const header = page.locator('#result-1 thead th').nth(1);
    expect(await labels(page)).toEqual(original);
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await labels(page)).toEqual(['Prune SW', 'Prune Non-SW', 'Original']);
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await labels(page)).toEqual(['Original', 'Prune Non-SW', 'Prune SW']);
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBeNull();
    expect(await labels(page)).toEqual(original);
    await page.close();
  });

  it('sorts by keyboard, numbers by size and infinities at their end', async () => {
    const { page } = await open(desktop);
    const header = page.locator('#result-1 thead th').nth(2);
    await header.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await labels(page)).toEqual(['Prune SW', 'Prune Non-SW', 'Original']);
    await page.close();
  });

  it('shows where a number comes from, and closes by keyboard', async () => {
    const { page } = await open(desktop);
    const card = page.locator('.card:popover-open');
    await page.locator('#result-1 button.value').first().focus();
    await page.keyboard.press('Enter');
    expect(await card.count()).toBe(1);
    expect(await card.innerText()).toContain('ab'.repeat(32));
    await page.keyboard.press('Escape');
    expect(await card.count()).toBe(0);
    await page.close();
  });

  it.each(views)('keeps nobody out: $width px, $colorScheme', async (view) => {
    const { page } = await open(view);
    // What is shown on demand is part of the page.
    await page.evaluate(`document.querySelectorAll('details').forEach((each) => (each.open = true))`);
    for (const isCardOpen of [false, true]) {
      if (isCardOpen) await page.locator('#result-1 button.value').first().click();
      const { violations } = await audit(page);
      const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
      expect(found).toEqual([]);
    }
    await page.close();
  });

  it('prints on light paper without what only a screen can do', async () => {
    const { page } = await open({ ...desktop, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('.arrows:visible, .card:visible, details:not([open]):visible').count()).toBe(0);
    expect((await page.pdf({ format: 'A4' })).byteLength).toBeGreaterThan(10_000);
    await page.close();
  });
});

/** axe-core's findings of every impact. It comes in through the debugger: the page itself lets no other script run. */
async function audit(page: Page): Promise<axe.AxeResults> {
  await page.evaluate(axe.source);
  return await page.evaluate<axe.AxeResults>('axe.run()');
}
