import { LinchpinError } from '@linchpin/errors';

/** What becomes of a token depends on tokens that come later: an exported decoder keeps what it has computed. */
export function needsWholeSequence(interventions: readonly string[]): LinchpinError {
  const byModel = interventions.length === 0;
  return new LinchpinError({
    code: 'models/needs-whole-sequence',
    subject: byModel ? 'the model' : `intervention ${interventions.join(', ')}`,
    found: byModel
      ? 'rotary frequencies that depend on the length of the sequence'
      : 'an edit of activations that looks at all tokens of a sequence together',
    expected: 'tokens that do not depend on those behind them, for an exported model keeps their keys and values',
    action: byModel
      ? 'Export it for a context below the length at which they change (--context).'
      : 'Leave the intervention out; `linchpin evaluate` and `linchpin generate` carry it out.',
  });
}
