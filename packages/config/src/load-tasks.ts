/** The tasks that a file of settings has: definitions, and task files of lm-evaluation-harness. */
import type { OwnTask } from '@linchpin/tasks';
import type { ReadConfig } from './read-config.ts';

/** Throws for one that is none, or that cannot be carried out. */
export async function loadTasks({ config, folder }: Pick<ReadConfig, 'config' | 'folder'>): Promise<OwnTask[]> {
  if (config.tasks === undefined) return [];
  // Imported here: most files of settings have no tasks.
  const { lmEvalTask, ownTask } = await import('@linchpin/tasks');
  const loaded: OwnTask[] = [];
  for (const each of config.tasks) loaded.push('yaml' in each ? await lmEvalTask(each, folder) : ownTask(each, folder));
  return loaded;
}
