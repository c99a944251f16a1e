/**
 * Which nodes of a graph the device computes, and which it leaves to the CPU: onnxruntime decides it when a session opens, and says
 * it in the profile of a run alone. The first run is profiled, the others are not.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { placementUnknown } from './errors.ts';
import type { Placement, PlacementListener } from './session-settings.ts';

/** What is done with a session. */
export type Session = Pick<InferenceSession, 'run' | 'release'>;

/** Opens a session that tells of its placement after its first run; `open` is given the prefix of its profile. */
export async function withPlacement(
  device: string,
  { folder, tell }: PlacementListener,
  open: (profile: string) => Promise<InferenceSession>,
): Promise<Session> {
  const own = await mkdtemp(join(folder, 'placement-'));
  const remove = async (): Promise<void> => await rm(own, { recursive: true, force: true });
  const session = await open(join(own, 'profile')).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  let isTold = false;
  return {
    async run(feeds: InferenceSession.FeedsType) {
      const outputs = await session.run(feeds);
      if (!isTold) {
        isTold = true;
        session.endProfiling();
        tell(placementOf(device, await readEvents(own)));
        await remove();
      }
      return outputs;
    },
    async release() {
      await session.release();
      // Where nothing was run, the profile is written now.
      await remove();
    },
  };
}

/** An event of onnxruntime's profile, as far as it is read here. */
interface ProfileEvent {
  readonly cat: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string; readonly node_index?: string };
}

async function readEvents(folder: string): Promise<readonly ProfileEvent[]> {
  try {
    const [file] = await readdir(folder);
    return JSON.parse(await readFile(join(folder, file!), 'utf8')) as readonly ProfileEvent[];
  } catch (cause) {
    throw placementUnknown(folder, cause);
  }
}

function placementOf(device: string, events: readonly ProfileEvent[]): Placement {
  const ofNodes = events.flatMap(({ cat, args }) => (cat === 'Node' && args?.provider !== undefined ? [args] : []));
  const nodes = [...new Map(ofNodes.map((node) => [node.node_index, node])).values()];
  const computed = nodes.filter(({ op_name: operator }) => operator?.startsWith('Memcpy') !== true);
  const onCpu = new Map<string, number>();
  if (device !== 'cpu')
    for (const { op_name: operator = 'unknown', provider } of computed)
      if (provider === 'CPUExecutionProvider') onCpu.set(operator, (onCpu.get(operator) ?? 0) + 1);
  const left = [...onCpu.values()].reduce((sum, count) => sum + count, 0);
  return { device, nodes: computed.length - left, onCpu, copies: nodes.length - computed.length };
}
