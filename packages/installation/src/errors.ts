import { LinchpinError } from '@linchpin/errors';

export function notAFolder(found: string): LinchpinError {
  return new LinchpinError({
    code: 'installation/not-a-folder',
    subject: 'data sets',
    found: `"${found}", where no folder is`,
    expected: 'a folder',
    action: 'Check the path.',
  });
}
