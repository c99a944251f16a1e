/** What a rule of reverse mode is: from the gradients of an operator's outputs to those of its inputs. */
import type { Node, Value } from '@linchpin/onnx';
import type { GradientBuilder } from './gradient-builder.ts';

/** A node whose gradient is due. */
export interface RuleContext {
  readonly builder: GradientBuilder;
  readonly node: Node;
  /** What the node read; undefined where an optional input is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  /** d loss / d output; undefined where nothing flows back. */
  readonly gradients: readonly (Value | undefined)[];
  /** Whether the gradient of an input is asked for. */
  readonly wants: readonly boolean[];
  /** What other nodes gave for an input so far, handed over: the rule's own answer then holds it. */
  readonly takeSum: (input: number) => Value | undefined;
}

/** d loss / d input for every input; undefined where it is not wanted or nothing flows. */
export type GradientOf = (context: RuleContext) => readonly (Value | undefined)[];

/**
 * `rule`: differentiable. `discrete`: integers and truth values come out, which small changes leave alone, so nothing flows.
 * `refused`: has a derivative that is zero or undefined where training would need another one; asking for it is an error.
 */
export type GradientRule =
  | {
      readonly kind: 'rule';
      readonly gradientOf: GradientOf;
      /** Whether the only output is computed a second time for gradients, from the operand that this rule reads anyway, and not kept. */
      readonly isLaidAgain?: true;
    }
  | { readonly kind: 'discrete' }
  | { readonly kind: 'refused'; readonly reason: string };

export function rule(gradientOf: GradientOf): GradientRule {
  return { kind: 'rule', gradientOf };
}

/** For operators of one output: the rule is asked with its gradient, which is there whenever a rule is asked. */
export function ruleOfOne(
  gradientOf: (context: RuleContext, dy: Value) => readonly (Value | undefined)[],
): GradientRule {
  return rule((context) => gradientOf(context, context.gradients[0]!));
}

/** The same for operators that cost next to nothing beside what their outputs take of memory. */
export function laidAgain(gradientOf: Parameters<typeof ruleOfOne>[0]): GradientRule {
  return { kind: 'rule', gradientOf: (context) => gradientOf(context, context.gradients[0]!), isLaidAgain: true };
}

/** For operators of one input and one output: d output / d input times the gradient. */
export function ruleOfUnary(
  gradientOf: (builder: GradientBuilder, parts: { readonly x: Value; readonly y: Value; readonly dy: Value }) => Value,
): GradientRule {
  return ruleOfOne(({ builder, inputs, outputs }, dy) => [gradientOf(builder, { x: inputs[0]!, y: outputs[0]!, dy })]);
}

export const discrete: GradientRule = { kind: 'discrete' };

export function refused(reason: string): GradientRule {
  return { kind: 'refused', reason };
}

/** An attribute that is a number, or what ONNX takes when it is absent. */
export function numberOf({ attributes }: Node, name: string, fallback: number): number {
  const value = attributes[name];
  return typeof value === 'number' ? value : fallback;
}

/** The attribute `axis` of an operator on x, counted from the front. */
export function axisOf(node: Node, x: Value, fallback: number): number {
  return fromFront(numberOf(node, 'axis', fallback), x);
}

export function fromFront(axis: number, { shape }: Value): number {
  return axis < 0 ? axis + shape.length : axis;
}
