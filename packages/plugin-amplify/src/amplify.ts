/**
 * Super weights times a factor (The Super Weight in Large Language Models, arXiv 2411.07191, Figures 6 and 8): the
 * reference's `manual_scaling_SO_s`, which multiplies all super weights of a model. The factor is a run-time number of the
 * graph, so that a sweep over factors opens the model once.
 */
import { coordinatesOf, type Intervention, type SuperWeight } from '@linchpin/plugin-api';

/** Name of the run-time number that holds the factor. */
export const amplifyParameter = 'amplify';

export interface AmplifyOptions {
  readonly factor: number;
  readonly weights: readonly SuperWeight[];
}

/** Multiplies every listed super weight by the factor; a factor of 1 changes nothing, one of 0 prunes. */
export function amplify({ factor, weights }: AmplifyOptions): Intervention {
  return {
    name: 'amplify',
    version: 1,
    settings: { factor, weights: weights.map(coordinatesOf) },
    edit(model) {
      const parameter = model.parameter(amplifyParameter, factor);
      for (const at of weights) model.weight(model.mlpOutput(at)).scale(at.row, at.column, parameter);
    },
  };
}
