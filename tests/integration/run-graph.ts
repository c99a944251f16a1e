/** Runs a piece of a graph by itself: constants in, float32 tensors out. */
import { Graph, type Value } from '@linchpin/onnx';
import { activationOutput, type DecoderGraph, graphInputs, graphOutputs } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';

export interface GraphPiece {
  readonly graph: Graph;
  /** int64 [2] = [rows, rowLength]. */
  readonly rowShape: Value;
}

/** Lays a piece over `rows` sequences of `rowLength` tokens, and gives what came out of it by name. */
export async function runGraph(
  [rows, rowLength]: readonly [number, number],
  lay: (piece: GraphPiece) => Readonly<Record<string, Value>>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const graph = new Graph();
  const ends = addUnusedInputs(graph);
  const outputs = lay({ graph, rowShape: graph.apply('Shape', [ends]) });
  for (const [name, value] of Object.entries(outputs))
    graph.output(graph.cast(value, 'float32'), activationOutput(name));
  const executor = await createExecutor(decoderOf(graph, Object.keys(outputs)));
  const tokens = rows * rowLength;
  const { activations } = await executor.run({
    rows,
    rowLength,
    tokenIds: new Int32Array(tokens),
    positions: new Int32Array(tokens),
    subtreeEnds: new Int32Array(tokens),
    scoredTokens: Int32Array.of(0),
    targetRows: Int32Array.of(0),
    targetIds: Int32Array.of(0),
  });
  await executor.release();
  return activations;
}

/** What an executor feeds and fetches of every decoder, and what a piece has no use for. */
function addUnusedInputs(graph: Graph): Value {
  graph.input(graphInputs.tokenIds, 'int32', ['tokens']);
  graph.input(graphInputs.positions, 'int64', ['tokens', 1]);
  const ends = graph.input(graphInputs.subtreeEnds, 'int32', ['rows', 'row_length']);
  graph.input(graphInputs.scoredTokens, 'int32', ['scored']);
  const targets = graph.input(graphInputs.targets, 'int64', ['targets', 2]);
  graph.output(graph.cast(targets, 'float32'), graphOutputs.logProbabilities);
  graph.output(targets, graphOutputs.greedyIds);
  return ends;
}

function decoderOf(graph: Graph, readSites: readonly string[]): DecoderGraph {
  return {
    graph,
    weightFolder: '.',
    contextLength: 1,
    vocabularySize: 1,
    halfPrecisionElements: 0,
    changedWeights: 0,
    readSites,
    mayBeUnresolved: false,
    isolatesSequences: false,
    parameters: [],
    execution: 'float32',
  };
}
