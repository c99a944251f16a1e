/** A graph as text, one line a value, for people and for snapshots. */
import type { Graph } from './graph.ts';
import type { Attribute, ExternalData, Initializer, Value } from './value.ts';

/** Text form of a graph: inputs, initializers, nodes in order, outputs. */
export function printGraph(graph: Graph): string {
  return [
    ...graph.inputs.map((value) => `input  ${typed(value)}`),
    ...graph.initializers.map((initializer) => `weight ${typed(initializer.value)} = ${dataText(initializer)}`),
    ...graph.nodes.map(
      (node) =>
        `${node.outputs.join(', ')} = ${node.operator}(${node.inputs.join(', ')})${attributesText(node.attributes)}`,
    ),
    ...graph.outputs.map((value) => `output ${typed(value)}`),
  ].join('\n');
}

function typed(value: Value): string {
  return `${value.name}: ${value.type}[${value.shape.join(', ')}]`;
}

function dataText({ data, value }: Initializer): string {
  if (isExternal(data)) return `${data.location} @${data.offset} +${data.length}`;
  if (data.length > 64) return `${data.length} bytes`;
  return numbersOf(data, value).join(' ');
}

function isExternal(data: Uint8Array | ExternalData): data is ExternalData {
  return 'location' in data;
}

function numbersOf(data: Uint8Array, value: Value): string[] {
  const copy = data.slice().buffer;
  if (value.type === 'int64') return Array.from(new BigInt64Array(copy), String);
  if (value.type === 'int32') return Array.from(new Int32Array(copy), String);
  if (value.type === 'float32') return Array.from(new Float32Array(copy), String);
  return Array.from(new Uint8Array(copy), String);
}

function attributesText(attributes: Readonly<Record<string, Attribute>>): string {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return '';
  return ` {${entries.map(([name, value]) => `${name}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`).join(', ')}}`;
}
