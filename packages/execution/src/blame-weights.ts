import { isLinchpinError } from '@linchpin/errors';
import { type Decoder, findNonFinite, nonFiniteWeights } from '@linchpin/models';

/** Where a score is not finite, the weights of the checkpoint that are not; the error itself where all of them are. */
export async function blameWeights(
  error: unknown,
  { checkpoint, tensors }: Pick<Decoder, 'checkpoint' | 'tensors'>,
): Promise<unknown> {
  if (!isLinchpinError(error) || !error.code.endsWith('/non-finite')) return error;
  const findings = await findNonFinite(checkpoint, tensors.keys());
  return findings.length > 0 ? nonFiniteWeights(findings) : error;
}
