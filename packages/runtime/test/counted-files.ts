/** Graphs that files were made for, so that tests can count which of them are left. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Graph, type Value } from '@linchpin/onnx';
import {
  activationOutput,
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  parameterInput,
  type PackedBatch,
} from '@linchpin/plugin-api';

export interface CountedFiles {
  /** Where the files are made. */
  readonly folder: string;
  /** Files that are there. */
  count(): number;
  /** Calls of `removeFiles`, of all graphs. */
  removals(): number;
  /** A graph of its own, with two files of its own. */
  decoder(changes?: Partial<DecoderGraph>): DecoderGraph;
  remove(): void;
}

export const site = 'answer';
export const parameter = 'factor';

const one = Int32Array.of(0);

/** One row of two tokens, of which the first is scored. */
export const batch: PackedBatch = {
  rows: 1,
  rowLength: 2,
  tokenIds: Int32Array.of(1, 2),
  positions: Int32Array.of(0, 1),
  subtreeEnds: Int32Array.of(2, 2),
  scoredTokens: one,
  targetRows: one,
  targetIds: one,
};

export function countedFiles(): CountedFiles {
  const folder = mkdtempSync(join(tmpdir(), 'linchpin-owned-'));
  let made = 0;
  let removals = 0;
  return {
    folder,
    count: () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length,
    removals: () => removals,
    decoder(changes = {}) {
      const own = join(folder, String(made++));
      mkdirSync(own);
      for (const name of ['a', 'b']) writeFileSync(join(own, name), new Uint8Array(8));
      return {
        graph: decoderGraph(),
        weightFolder: own,
        contextLength: 4,
        vocabularySize: 4,
        halfPrecisionElements: 0,
        changedWeights: 0,
        readSites: [site],
        mayBeUnresolved: false,
        isolatesSequences: false,
        parameters: [{ name: parameter, initial: 3 }],
        execution: 'float32',
        async removeFiles() {
          removals++;
          rmSync(own, { recursive: true, force: true });
        },
        ...changes,
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Takes what a decoder takes and gives what one gives; the activation is the number of tokens times the parameter. */
export function decoderGraph(addMore: (graph: Graph, factor: Value) => void = () => {}): Graph {
  const graph = new Graph();
  const tokens = graph.input(graphInputs.tokenIds, 'int32', ['tokens']);
  graph.input(graphInputs.positions, 'int64', ['tokens', 1]);
  graph.input(graphInputs.subtreeEnds, 'int32', ['rows', 'row_length']);
  graph.input(graphInputs.scoredTokens, 'int32', ['scored']);
  const targets = graph.input(graphInputs.targets, 'int64', ['targets', 2]);
  const factor = graph.input(parameterInput(parameter), 'float32', []);
  graph.output(graph.cast(targets, 'float32'), graphOutputs.logProbabilities);
  graph.output(targets, graphOutputs.greedyIds);
  const count = graph.cast(graph.apply('Shape', [tokens]), 'float32');
  graph.output(graph.apply('Mul', [count, factor]), activationOutput(site));
  addMore(graph, factor);
  return graph;
}

/** Adds a product with weights whose file is not there: a session over it cannot be opened. */
export function addMissingWeights(graph: Graph, factor: Value): void {
  const weights = graph.external('missing', 'float32', [1], { location: 'not there', offset: 0, length: 4 });
  graph.output(graph.apply('Mul', [weights, factor]), 'of missing');
}
