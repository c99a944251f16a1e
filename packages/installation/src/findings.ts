/** What an installation is, and what is wrong with it. */
import { arch, platform, version as nodeVersion, versions } from 'node:process';
import { availableParallelism, totalmem } from 'node:os';
import { codeVersion, dataFolder, version } from '@linchpin/harness';
import { cacheFolder } from '@linchpin/hub';
import { encodedFolder } from '@linchpin/models';
import { isLinchpinError } from '@linchpin/errors';
import { inspectStore, type StoreFacts } from '@linchpin/run-store';
import {
  areIntegersExact,
  describeProcessor,
  inspectDevices,
  physicalCores,
  plainSession,
  type Processor,
} from '@linchpin/runtime';
import { type CheckedData, checkData } from './data-files.ts';
import { folderSize, type FolderSize, freeBytes } from './folder-size.ts';

export interface Findings {
  readonly versions: Readonly<Record<'linchpin' | 'commit' | 'node' | 'engine' | 'sqlite' | 'system', string>>;
  readonly processor: Processor & {
    readonly cores: number;
    readonly processors: number;
    /** Whether 8-bit products are exact; `quantize` simulates them where they are not. */
    readonly exactIntegers: boolean;
  };
  /** What can compute here; `engine` where it is there, else what is missing. */
  readonly devices: readonly { readonly name: string; readonly engine?: string; readonly missing?: string }[];
  /** Threads of a session. */
  readonly threads: number;
  /** Bytes. */
  readonly memory: number;
  /** Null where there is none. */
  readonly store: StoreFacts | null;
  readonly encodedWeights: FolderSize;
  readonly hubCache: FolderSize;
  /** Bytes left for the store, and for encoded weights and downloads. */
  readonly free: { readonly store: number; readonly caches: number };
  readonly datasets: { readonly folder: string; readonly files: readonly CheckedData[] };
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

/** Less would stop the next run in its midst. */
const leastFree = 256 * 2 ** 20;

/** What is looked at. */
export interface Inspected {
  /** Folder of the store; false for none. */
  readonly store: string | false;
  /** Folder of the data files; the embedded mini sets when absent. */
  readonly datasets?: string | undefined;
  /** Threads that a session would be asked to take. */
  readonly threads?: number | undefined;
}

export async function inspectInstallation(inspected: Inspected): Promise<Findings> {
  const { store, problem } = storeFacts(inspected);
  const encodedWeights = await folderSize(encodedFolder(process.env));
  const free = {
    store: await freeBytes(inspected.store === false ? '.' : inspected.store),
    caches: await freeBytes(encodedWeights.folder),
  };
  const folder = dataFolder(inspected.datasets);
  const files = await checkData(folder);
  const session = plainSession({ threads: inspected.threads });
  return {
    versions: {
      linchpin: version,
      commit: await codeVersion(),
      node: nodeVersion,
      engine: session.engine,
      sqlite: versions.sqlite ?? 'none',
      system: `${platform} ${arch}`,
    },
    processor: {
      ...describeProcessor(),
      cores: physicalCores(),
      processors: availableParallelism(),
      exactIntegers: await areIntegersExact(session),
    },
    devices: await deviceFindings(),
    threads: session.threads,
    memory: totalmem(),
    store,
    encodedWeights,
    hubCache: await folderSize(cacheFolder(process.env)),
    free,
    datasets: { folder, files },
    problems: [
      ...problem,
      ...spaceProblems(free),
      ...(files.length === 0 ? [`data sets: none in ${folder}`] : []),
      ...files.flatMap((file) => (file.problem === undefined ? [] : [`data sets: ${file.problem}`])),
    ],
  };
}

async function deviceFindings(): Promise<Findings['devices']> {
  return (await inspectDevices()).map(({ name, engine, problem }) => ({
    name,
    ...(engine === undefined ? {} : { engine }),
    ...(problem === undefined ? {} : { missing: problem.message }),
  }));
}

function storeFacts({ store }: Inspected): { readonly store: StoreFacts | null; readonly problem: readonly string[] } {
  try {
    return { store: store === false ? null : (inspectStore(store) ?? null), problem: [] };
  } catch (error) {
    if (!isLinchpinError(error)) throw error;
    return { store: null, problem: [`store: ${error.message}`] };
  }
}

function spaceProblems(free: Findings['free']): string[] {
  return Object.entries(free)
    .filter(([, bytes]) => bytes < leastFree)
    .map(([what, bytes]) => `disk: ${Math.round(bytes / 2 ** 20)} MiB left for the ${what}; at least 256 are needed`);
}
