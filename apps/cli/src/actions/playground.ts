/** Writes the page of a model. */
import { buildPlayground } from '@linchpin/playground';
import type { PlaygroundFlags } from '../commands/playground.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function writePlayground(flags: PlaygroundFlags, invocation: Invocation): Promise<void> {
  const { out, weights, prompt: prompts, text } = flags;
  await withHarness(flags, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const { signal } = invocation.ending;
    const { bytes, manifest } = await buildPlayground(model, { out, signal, ...given({ weights, prompts, text }) });
    console.log(
      `Playground: ${out}, ${(bytes / 1e6).toFixed(0)} MB, of which ${(manifest.weights.bytes / 1e6).toFixed(0)} MB are weights (${manifest.model.weights}). ` +
        'Serve the folder by any web server, with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp for several threads.',
    );
  });
}
