/** Which scalars of which inputs are held out. */
import type { EditableLinear } from '@linchpin/plugin-api';
import { coordinatesOutside, invalidCoordinates } from './errors.ts';
import type { HeldOutPlaces } from './lay-hold-out.ts';

/** One scalar of the input of a module, the same in every sequence. */
export interface HeldOutActivation {
  readonly module: string;
  readonly token: number;
  readonly channel: number;
}

/** Inputs of which scalars are held out: none, those of all quantized products, or those of the MLPs' outputs. */
export type HeldOutInputs = 'none' | 'all' | 'down_proj';

export interface HoldOut {
  readonly inputs: HeldOutInputs;
  /** Found at run time as the largest magnitude of each input, or given. */
  readonly at: 'largest' | readonly HeldOutActivation[];
}

/** MODULE:TOKEN:CHANNEL */
export function parseHeldOutActivation(text: string): HeldOutActivation {
  const match = /^(?<module>[^:]+):(?<token>\d+):(?<channel>\d+)$/.exec(text);
  if (match === null) throw invalidCoordinates(text);
  const { module, token, channel } = match.groups as { module: string; token: string; channel: string };
  return { module, token: Number(token), channel: Number(channel) };
}

/** The places of one input; undefined where none is held out. */
export function placesOf({ inputs, at }: HoldOut, { module, role }: EditableLinear): HeldOutPlaces | undefined {
  if (inputs === 'none' || (inputs === 'down_proj' && role !== 'mlp-output')) return undefined;
  if (at === 'largest') return 'largest';
  const places = at.filter((place) => place.module === module).map(({ token, channel }) => ({ token, channel }));
  return places.length === 0 ? undefined : places;
}

/** Given coordinates must lie in inputs that are treated, at tokens that a sequence can have. */
export function checkHeldOutActivations(
  { inputs, at }: HoldOut,
  treated: readonly EditableLinear[],
  contextLength: number,
): void {
  if (at === 'largest') return;
  for (const { module, token, channel } of at) {
    const subject = `${module}:${token}:${channel}`;
    const linear = treated.find((candidate) => candidate.module === module);
    if (linear === undefined || placesOf({ inputs, at }, linear) === undefined)
      throw coordinatesOutside(subject, 'the input of a product that is quantized, and that holdOut names');
    if (channel >= linear.shape[1]) throw coordinatesOutside(subject, `a channel below ${linear.shape[1]}`);
    if (token >= contextLength)
      throw coordinatesOutside(subject, `a token below ${contextLength}, which is the model's context length`);
  }
}
