/** Where the data of a model come from: the folder that is given, the embedded mini sets for an embedded model, else the hub. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataSource, folderSource, hubSource, miniFolder } from '@linchpin/datasets';
import type { RunContext } from '@linchpin/execution';
import { DocumentFile, type Documents, readDocuments, textsOf } from '@linchpin/perplexity';
import { withOwnData } from '@linchpin/tasks';
import type { HarnessParts } from './harness-parts.ts';

export interface ModelData extends DataSource {
  /** `the embedded mini data sets`. */
  readonly inWords: string;
  /** The documents of a file. */
  documents(file: string): Promise<Documents>;
}

type Sources = Pick<HarnessParts, 'datasets' | 'hubData' | 'documents' | 'tasks'>;
type Sourced = { readonly isEmbedded: boolean };

/** What a model is measured on. */
export function dataOf({ datasets, hubData, documents, tasks }: Sources, { isEmbedded }: Sourced): ModelData {
  if (datasets === undefined && !isEmbedded)
    return { ...withOwnData(hubData, tasks), inWords: 'data sets of the Hub', documents };
  const folder = dataFolder(datasets);
  const inWords = folder === miniFolder ? 'the embedded mini data sets' : `the data sets in ${folder}`;
  return { ...withOwnData(folderSource(folder), tasks), inWords, documents };
}

/** The data sets of a folder for whoever has no harness; documents are held in memory. */
export function folderData(folder: string): ModelData {
  return { ...folderSource(folder), inWords: `the data sets in ${folder}`, documents: readDocuments };
}

/** The folder of the data files; the embedded mini sets by their name `mini`, and where none is given. */
export function dataFolder(datasets: string | undefined): string {
  return datasets === undefined || datasets === 'mini' ? miniFolder : datasets;
}

/** `on the embedded mini data sets, the first 3 items of each`. */
export function dataInWords(sources: Sources, models: readonly Sourced[], first: string | undefined): string {
  const data = [...new Set(models.map((model) => dataOf(sources, model).inWords))].join(' and ');
  return first === undefined ? `on ${data}` : `on ${data}, the first ${first} of each`;
}

/** What the data of all models of a harness share. */
export function sharedSources(
  context: RunContext,
  { tasks = [] }: Partial<Pick<HarnessParts, 'tasks'>>,
): Pick<HarnessParts, 'hubData' | 'documents' | 'tasks'> {
  return { hubData: reportedHub(context), documents: documentsOnDisk(context), tasks };
}

/** The hub as the source of a harness: it tells how far downloads are, and an end of the work ends them. */
function reportedHub({ signal, reporter }: Pick<RunContext, 'signal' | 'reporter'>): DataSource {
  const source = hubSource({
    signal,
    onProgress(progress) {
      signal.throwIfAborted();
      reporter.download(progress);
    },
  });
  return {
    async find(name) {
      try {
        return await source.find(name);
      } catch (error) {
        // For whoever downloads, one that is interrupted is one that broke off.
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}

/** Documents are written to temporary files, once each, and removed with the others of a harness. */
export function documentsOnDisk({ temporaryFiles }: Pick<RunContext, 'temporaryFiles'>): ModelData['documents'] {
  const kept = new Map<string, Promise<Documents>>();
  return (file) => {
    const known = kept.get(file) ?? writeDocuments(file, temporaryFiles);
    kept.set(file, known);
    return known;
  };
}

async function writeDocuments(file: string, temporaryFiles: RunContext['temporaryFiles']): Promise<Documents> {
  const path = join(tmpdir(), `linchpin-documents-${randomUUID()}`);
  temporaryFiles.note(path);
  return await DocumentFile.write(textsOf(file), path);
}
