/**
 * Printed accuracies in %, in the order of the sets and their average, by Hub id in lower case and method. LoRA and DoRA are
 * those of NVlabs/DoRA (`commonsense_reasoning/README.md`), SMT those of HectorHHZ/Sparse_Matrix_Tuning (`README.md`).
 */
export const publishedAccuracies: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'huggyllama/llama-7b': {
    'LoRA r32': [67.5, 80.8, 78.2, 83.4, 80.4, 78.0, 62.6, 79.1, 76.3],
    'DoRA r32': [69.7, 83.4, 78.6, 87.2, 81.0, 81.9, 66.2, 79.2, 78.4],
  },
  'meta-llama/llama-2-7b-hf': {
    'LoRA r32': [69.8, 79.9, 79.5, 83.6, 82.6, 79.8, 64.7, 81.0, 77.6],
    'DoRA r32': [71.8, 83.7, 76.0, 89.1, 82.6, 83.7, 68.2, 82.4, 79.7],
  },
  'meta-llama/meta-llama-3-8b': {
    'LoRA r32': [70.8, 85.2, 79.9, 91.7, 84.3, 84.2, 71.2, 79.0, 80.8],
    'DoRA r32': [74.6, 89.3, 79.9, 95.5, 85.6, 90.5, 80.4, 85.8, 85.2],
    'SMT 0.71 %': [75.7, 88.4, 81.4, 96.2, 88.2, 92.7, 83.2, 88.6, 86.8],
  },
  'deepseek-ai/deepseek-r1-distill-llama-8b': {
    'SMT 0.86 %': [70.6, 66.4, 77.8, 62.4, 84.6, 60.9, 53.2, 72.6, 68.6],
    Full: [71.0, 66.2, 76.5, 62.2, 85.4, 61.8, 52.8, 72.6, 68.6],
  },
};
