/** Why numbers may differ: settings and surroundings that are not what they were. */
import type { ResultRow, RunEnvironment } from '@linchpin/plugin-api';
import type { Change } from './comparison.ts';

interface Setting<Of> {
  readonly what: string;
  readonly of: (from: Of) => string | number | null;
  /** Whether numbers under two values are answers to different questions. */
  readonly protocol?: true;
}

const settings: readonly Setting<ResultRow>[] = [
  { what: 'data set', of: (row) => row.datasetSha256, protocol: true },
  { what: 'task version', of: (row) => row.taskVersion, protocol: true },
  { what: 'BOS', of: (row) => row.bos, protocol: true },
  { what: 'window', of: (row) => row.window, protocol: true },
  { what: 'seed', of: (row) => row.seed, protocol: true },
  { what: 'few-shot examples', of: (row) => row.numFewshot ?? 0, protocol: true },
  { what: 'few-shot sampler', of: (row) => row.fewshotSampler ?? null, protocol: true },
  { what: 'few-shot seed', of: (row) => row.fewshotSeed ?? null, protocol: true },
  { what: 'few-shot rows', of: (row) => row.fewshotSha256 ?? null, protocol: true },
  { what: 'chat template', of: (row) => row.chatTemplate ?? null, protocol: true },
  { what: 'system text', of: (row) => row.system ?? null, protocol: true },
  { what: 'seed of the sample', of: (row) => row.sampleSeed ?? null, protocol: true },
  { what: 'model', of: (row) => row.model },
  { what: 'label', of: (row) => row.label },
  { what: 'model content', of: (row) => row.modelSha256 },
  { what: 'context length', of: (row) => row.contextLength },
  {
    what: 'interventions',
    of: (row) => JSON.stringify(row.interventions.map((each) => [each.name, each.settings])),
  },
  { what: 'plugin version', of: (row) => row.interventions.map((each) => `${each.name} ${each.version}`).join(', ') },
  { what: 'weights', of: (row) => row.dtype },
  { what: 'execution', of: (row) => row.execution },
  { what: 'engine', of: (row) => row.engine },
];

const surroundings: readonly Setting<RunEnvironment>[] = [
  { what: 'version', of: ({ version }) => version },
  { what: 'commit', of: ({ commit }) => commit },
  { what: 'engine', of: ({ engine }) => engine },
  { what: 'Node', of: ({ node }) => node },
  { what: 'processor', of: ({ processor }) => processor },
  { what: 'threads', of: ({ threads }) => threads },
];

export function changedSettings(before: ResultRow, after: ResultRow): Change[] {
  return changes(settings, before, after);
}

export function changedSurroundings(before: RunEnvironment, after: RunEnvironment): Change[] {
  return changes(surroundings, before, after);
}

function changes<Of>(list: readonly Setting<Of>[], before: Of, after: Of): Change[] {
  return list
    .map(({ what, of, protocol = false }) => ({
      what,
      before: String(of(before) ?? 'none'),
      after: String(of(after) ?? 'none'),
      protocol,
    }))
    .filter((change) => change.before !== change.after);
}
