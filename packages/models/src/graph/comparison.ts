import type { Graph, Value } from '@linchpin/onnx';
import { type ComparisonRole, graphInputs, graphOutputs } from '@linchpin/plugin-api';

/**
 * Gives the distributions away, or compares them with those that are fed: KL(reference ‖ own) = Σ p_r · (ln p_r − ln p)
 * over the vocabulary. `logProbabilities` are float32 [scored, vocabulary].
 */
export function addComparison(graph: Graph, logProbabilities: Value, role: ComparisonRole | undefined): void {
  if (role === 'reference') graph.output(logProbabilities, graphOutputs.distributions);
  if (role !== 'compared') return;
  const reference = graph.input(graphInputs.referenceDistributions, 'float32', logProbabilities.shape);
  const difference = graph.apply('Sub', [reference, logProbabilities]);
  const weighted = graph.apply('Mul', [graph.apply('Exp', [reference]), difference]);
  const divergences = graph.apply('ReduceSum', [weighted, graph.integers([-1])], { attributes: { keepdims: 0 } });
  graph.output(divergences, graphOutputs.divergences); // [scored]
}
