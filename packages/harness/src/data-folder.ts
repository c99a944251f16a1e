/** The folder of the data files: the one that is given, or the embedded mini sets. */
import { miniFolder } from '@linchpin/datasets';

export function dataFolder(datasets: string | undefined): string {
  return datasets ?? miniFolder;
}

/** `on the embedded mini data sets, the first 3 items of each`. */
export function dataInWords(datasets: string | undefined, first: string | undefined): string {
  const data = datasets === undefined ? 'the embedded mini data sets' : `the data sets in ${datasets}`;
  return first === undefined ? `on ${data}` : `on ${data}, the first ${first} of each`;
}
