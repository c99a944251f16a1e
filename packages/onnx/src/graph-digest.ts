/** A hash of everything that a graph is, much cheaper than that of its model file: large initializers are not copied. */
import { createHash } from 'node:crypto';
import type { Graph } from './graph.ts';
import { modelVersions } from './serialize.ts';

/** The sha256 of a graph. Equal digests mean equal model files; data outside of the graph counts by where it lies. */
export function graphDigest(graph: Graph): string {
  const { nodes, inputs, outputs, initializers } = graph;
  const inside = initializers.flatMap(({ data }) => ('location' in data ? [] : [data]));
  const structure = {
    modelVersions,
    nodes,
    inputs,
    outputs,
    initializers: initializers.map(({ value, data }) => [value, 'location' in data ? data : data.length]),
  };
  const hash = createHash('sha256').update(JSON.stringify(structure, exactly)).update('\n');
  for (const data of inside) hash.update(data);
  return hash.digest('hex');
}

/** JSON has no infinities and no negative zero. */
function exactly(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { number: Object.is(value, -0) ? '-0' : String(value) };
}
