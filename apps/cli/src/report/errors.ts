import { LinchpinError } from '@linchpin/errors';

export function runMissing(run: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/run-missing',
    subject: 'linchpin report',
    found: `"${run}", where nothing is`,
    expected: 'a folder of results, or a file of one',
    action: 'Check the path.',
  });
}

export function noResults(folder: string): LinchpinError {
  return new LinchpinError({
    code: 'cli/no-results',
    subject: folder,
    found: 'no JSON file',
    expected: 'results as `linchpin table` writes them, for example table-1.json',
    action: `Write some first: \`linchpin table 1 --out ${folder}\`.`,
  });
}
