// Written by scripts/generate-indexes.ts from the files of ../families. Do not edit.
import type { ModelFamily } from '@linchpin/plugin-api';
import { bloom } from '../families/bloom.ts';
import { falcon } from '../families/falcon.ts';
import { gemma } from '../families/gemma.ts';
import { gemma2 } from '../families/gemma2.ts';
import { gemma3 } from '../families/gemma3.ts';
import { gptNeox } from '../families/gpt-neox.ts';
import { gpt2 } from '../families/gpt2.ts';
import { llama } from '../families/llama.ts';
import { mistral } from '../families/mistral.ts';
import { mixtral } from '../families/mixtral.ts';
import { olmo } from '../families/olmo.ts';
import { olmo2 } from '../families/olmo2.ts';
import { olmoe } from '../families/olmoe.ts';
import { opt } from '../families/opt.ts';
import { phi3 } from '../families/phi3.ts';
import { qwen2Moe } from '../families/qwen2-moe.ts';
import { qwen2 } from '../families/qwen2.ts';
import { qwen3Moe } from '../families/qwen3-moe.ts';
import { qwen3 } from '../families/qwen3.ts';

export const families: readonly ModelFamily[] = [
  bloom,
  falcon,
  gemma,
  gemma2,
  gemma3,
  gptNeox,
  gpt2,
  llama,
  mistral,
  mixtral,
  olmo,
  olmo2,
  olmoe,
  opt,
  phi3,
  qwen2Moe,
  qwen2,
  qwen3Moe,
  qwen3,
];
