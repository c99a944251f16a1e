import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Executor, Intervention } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';

/** A checkpoint as it is run when nothing but the interventions and what is read of it is asked for. */
export async function openExecutor(
  folder: string,
  options: { interventions?: readonly Intervention[]; readSites?: readonly string[] } = {},
): Promise<Executor> {
  return await createExecutor(await layCheckpoint(await openDecoder(folder), options));
}
