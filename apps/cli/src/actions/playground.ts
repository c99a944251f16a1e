/** Writes the page of a model. */
import { stdout } from 'node:process';
import { buildPlayground, playgroundInWords } from '@linchpin/playground';
import type { PlaygroundFlags } from '../commands/playground.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function writePlayground(flags: PlaygroundFlags, invocation: Invocation): Promise<void> {
  const { out, weights, prompt: prompts, text } = flags;
  await withHarness(flags, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const { signal } = invocation.ending;
    const built = await buildPlayground(model, { out, signal, ...given({ weights, prompts, text }) });
    stdout.write(playgroundInWords(built, out));
  });
}
