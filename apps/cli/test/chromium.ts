/** A browser for tests of pages, where the machine has one. */
import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { type Browser, chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The program: that of the variable CHROMIUM, or one in a usual place; undefined where there is none. */
export const chromiumPath: string | undefined = env['CHROMIUM'] ?? places.find((path) => existsSync(path));

export async function startChromium(executablePath: string): Promise<Browser> {
  // Chromium's own sandbox does not start in most containers; only pages of ours are opened.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
