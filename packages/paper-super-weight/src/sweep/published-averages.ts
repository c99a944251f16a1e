/**
 * Printed average accuracies against the factor of all super weights, by Hub id in lower case: Figures 6 and 8 of "The
 * Super Weight in Large Language Models" (arXiv 2411.07191), as the data of its repository's notebook.
 */
const curves: Readonly<Record<string, readonly (readonly [factor: number, average: number])[]>> = {
  'huggyllama/llama-7b': [
    [0, 35.15],
    [0.1, 50.24],
    [0.2, 64.21],
    [0.3, 67.59],
    [0.4, 68.86],
    [0.5, 69.23],
    [1, 70.12],
    [1.2, 70.38],
    [1.5, 70.43],
    [2, 70.55],
    [3, 70.26],
  ],
  'huggyllama/llama-13b': [
    [0, 29.573],
    [0.1, 46.101],
    [0.2, 61.259],
    [0.5, 71.224],
    [0.8, 72.205],
    [1, 72.394],
    [1.2, 72.491],
    [1.5, 72.461],
    [1.8, 72.404],
    [3, 72.008],
  ],
  'huggyllama/llama-30b': [
    [0, 31.649],
    [0.5, 74.274],
    [0.8, 74.948],
    [1, 75.269],
    [1.1, 75.304],
    [1.2, 75.275],
    [1.3, 75.325],
    [1.5, 75.194],
    [2, 75.14],
    [3, 74.861],
  ],
  'mistralai/mistral-7b-v0.1': [
    [0.1, 31.027],
    [0.2, 38.334],
    [0.3, 48.343],
    [0.4, 68.572],
    [0.5, 72.931],
    [0.8, 73.81],
    [1, 74.047],
    [1.2, 74.093],
    [1.5, 74.003],
    [2, 73.787],
  ],
};

/** By factor; empty for a model that the paper does not show. */
export function publishedAverages(hubId: string | undefined): ReadonlyMap<number, number> {
  return new Map(curves[hubId?.toLowerCase() ?? ''] ?? []);
}
