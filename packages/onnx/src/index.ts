export { cutGraph, type GraphPart } from './cut-graph.ts';
export { type Extremes, layExtremes, laySymmetricScale } from './extremes.ts';
export { type ApplyAllOptions, type ApplyOptions, Graph } from './graph.ts';
export { graphDigest } from './graph-digest.ts';
export { type OperatorName, operators } from './operators.ts';
export { printGraph } from './print.ts';
export { constantBytes, type GraphBytes, knownBytes, peakBytes, type PeakOptions } from './peak-bytes.ts';
export { serializeGraph } from './serialize.ts';
export { splitByDependence, type SplitGraph, withoutUnread } from './split-graph.ts';
export {
  absent,
  type Attribute,
  type Dimension,
  elementBytes,
  elementCount,
  type ElementType,
  elementTypeCodes,
  type ExternalData,
  type Initializer,
  type Node,
  type Value,
} from './value.ts';
export { verifyGraph } from './verify.ts';
