/** Modules by the ends of their names, as `target_modules` of PEFT gives them (`check_target_module_exists`). */
import type { TrainableMatrix } from '@linchpin/plugin-api';
import { targetUnknown } from './errors.ts';

export function endsIn(module: string, target: string): boolean {
  return module === target || module.endsWith(`.${target}`);
}

/** What is trained: the matrices, and the ends of names by which PEFT finds the same ones. */
export interface Targets {
  readonly names: readonly string[];
  readonly matrices: readonly TrainableMatrix[];
}

/** Throws for a name that no matrix of the layers ends in. */
export function chooseTargets(asked: readonly string[] | undefined, all: readonly TrainableMatrix[]): Targets {
  if (asked === undefined) {
    const matrices = all.filter(isUsualTarget);
    return { names: endsOf(matrices, all), matrices };
  }
  const unknown = asked.filter((name) => !all.some(({ module }) => endsIn(module, name)));
  if (unknown.length > 0) throw targetUnknown(unknown, endsOf(all, all));
  return { names: asked, matrices: all.filter(({ module }) => asked.some((name) => endsIn(module, name))) };
}

/**
 * Whether a matrix is trained where nothing is asked for:
 * q, k, v, up and down, of which the published rows of LoRA and DoRA are (LLM-Adapters and DoRA's scripts), or what does
 * their work in other families: neither the output of attention, nor the gate, nor a router.
 */
export function isUsualTarget({ role, module }: Pick<TrainableMatrix, 'role' | 'module'>): boolean {
  if (role === 'mlp-input') return !['gate_proj', 'w1'].some((gate) => endsIn(module, gate));
  return ['query', 'key', 'value', 'query-key-value', 'mlp-output'].includes(role);
}

/** The shortest ends of names that the chosen modules have and no others do. */
function endsOf(chosen: readonly TrainableMatrix[], all: readonly TrainableMatrix[]): string[] {
  const wanted = new Set(chosen.map(({ module }) => module));
  const ends = chosen.map(({ module }) => {
    const parts = module.split('.');
    const candidates = parts.map((_, index) => parts.slice(parts.length - 1 - index).join('.'));
    return candidates.find((end) => all.every((each) => !endsIn(each.module, end) || wanted.has(each.module)))!;
  });
  return [...new Set(ends)];
}
