import { LinchpinError } from '@linchpin/errors';

/** The other program did not finish. */
export function peerFailed(python: string, code: number | null): LinchpinError {
  return new LinchpinError({
    code: 'bench/peer-failed',
    subject: python,
    found: `exit code ${code}`,
    expected: '0',
    action: 'Its own message is above; lm-eval, transformers and accelerate have to be installed there.',
  });
}
