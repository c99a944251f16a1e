/** The windows of lm-evaluation-harness's rolling log-likelihoods (`lm_eval/utils.py`, 0.4.13): see `WholeText`. */
import type { TokenRequest } from '@linchpin/plugin-api';

/**
 * Requests that predict every token of a text once (lm-evaluation-harness `get_rolling_token_windows` with one token of
 * overlap, then `make_disjoint_window`). The first is predicted from `prefix`; each later window begins with the last
 * token of the one before; the last window is filled up at its left, so that its predictions see more.
 */
export function* rollingWindows(
  ids: Int32Array,
  prefix: number,
  contextLength: number,
): Generator<TokenRequest, void, void> {
  if (ids.length === 0) return;
  yield { context: Int32Array.of(prefix), continuation: ids.subarray(0, contextLength) };
  for (let predicted = contextLength; predicted < ids.length; predicted += contextLength) {
    const end = Math.min(predicted + contextLength, ids.length);
    yield { context: ids.subarray(end - contextLength - 1, predicted), continuation: ids.subarray(predicted, end) };
  }
}
