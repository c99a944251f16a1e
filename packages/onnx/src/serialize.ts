/** An ONNX ModelProto as bytes (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 11, opset 23). */
import protobuf from 'protobufjs/light.js';
import { graphTooLarge } from './errors.ts';
import type { Graph } from './graph.ts';
import { schema } from './onnx-schema.ts';
import { ruleOf } from './operators.ts';
import { type Attribute, elementTypeCodes, type Initializer, type Node, type Value } from './value.ts';

/** Of the file format, and of the sets of operators by domain. */
export const modelVersions = { irVersion: 11, operators: { '': 23, 'com.microsoft': 1 } } as const;

const externalLocation = 1;
/** AttributeProto.AttributeType */
const attributeKind = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Protocol buffers hold less than 2 GiB; weights stay outside, so that only edited copies and tables count. */
const largestModel = 2 ** 31 - 2 ** 24;

/** The graph as a model file. Initializers that lie outside are referred to, not copied. */
export function serializeGraph(graph: Graph): Uint8Array<ArrayBuffer> {
  const inside = graph.initializers.reduce((sum, { data }) => sum + ('location' in data ? 0 : data.length), 0);
  if (inside > largestModel) throw graphTooLarge(inside, largestModel);
  const ModelProto = protobuf.Root.fromJSON(schema).lookupType('onnx.ModelProto');
  const bytes = ModelProto.encode({
    irVersion: modelVersions.irVersion,
    producerName: 'linchpin',
    opsetImport: Object.entries(modelVersions.operators).map(([domain, version]) => ({ domain, version })),
    graph: {
      name: 'decoder',
      node: weightsFirst(graph).map(nodeProto),
      initializer: graph.initializers.map(tensorProto),
      input: graph.inputs.map(valueProto),
      output: graph.outputs.map(valueProto),
    },
  }).finish();
  return new Uint8Array(bytes);
}

/**
 * Nodes that read weights alone stand first: onnxruntime 1.30 orders nodes from the outputs backwards, and of the inputs of one it
 * takes that which stands last in the file the earliest. Casts beside their products would all run before the first of these.
 */
function weightsFirst({ nodes, initializers }: Graph): Node[] {
  const weights = new Set(initializers.map(({ value }) => value.name));
  const readsWeights = ({ inputs }: Node): boolean => inputs.every((input) => weights.has(input));
  return [...nodes.filter(readsWeights), ...nodes.filter((node) => !readsWeights(node))];
}

function nodeProto(node: Node): object {
  const domain = ruleOf(node.operator)?.domain ?? '';
  return {
    opType: node.operator,
    domain,
    name: node.outputs[0],
    input: node.inputs,
    output: node.outputs,
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(node.operator, name, value)),
  };
}

function attributeProto(operator: string, name: string, value: Attribute): object {
  const kind = ruleOf(operator)?.attributes[name] ?? 'int';
  const field = { float: 'f', int: 'i', string: 's', ints: 'ints' }[kind];
  return { name, type: attributeKind[kind], [field]: kind === 'string' ? Buffer.from(String(value)) : value };
}

function tensorProto({ value, data }: Initializer): object {
  const header = { name: value.name, dims: value.shape, dataType: elementTypeCodes[value.type] };
  if (!('location' in data)) return { ...header, rawData: data };
  return {
    ...header,
    dataLocation: externalLocation,
    externalData: [
      { key: 'location', value: data.location },
      { key: 'offset', value: String(data.offset) },
      { key: 'length', value: String(data.length) },
    ],
  };
}

function valueProto(value: Value): object {
  const dim = value.shape.map((size) =>
    typeof size === 'number' ? { dimValue: size } : size === '?' ? {} : { dimParam: size },
  );
  return { name: value.name, type: { tensorType: { elemType: elementTypeCodes[value.type], shape: { dim } } } };
}
