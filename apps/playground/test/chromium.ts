/** A browser for tests of the page, where the machine has one. */
import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The program: that of the variable CHROMIUM, or one in a usual place; undefined where there is none. */
export const chromiumPath: string | undefined = env['CHROMIUM'] ?? places.find((path) => existsSync(path));

/** Nothing but the page makes requests. `graphics` gives it WebGPU by SwiftShader, which computes on the processor. */
export async function startChromium(executablePath: string, graphics: boolean = false): Promise<Browser> {
  const quiet = [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const swiftShader = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
  return await chromium.launch({ executablePath, args: [...quiet, ...(graphics ? swiftShader : [])] });
}
