// Written by scripts/generate-indexes.ts from the files of ../tasks. Do not edit.
import type { Task } from '@linchpin/plugin-api';
import { arcChallenge } from '../tasks/arc-challenge.ts';
import { arcEasy } from '../tasks/arc-easy.ts';
import { boolq } from '../tasks/boolq.ts';
import { hellaswag } from '../tasks/hellaswag.ts';
import { lambadaOpenai } from '../tasks/lambada-openai.ts';
import { openbookqa } from '../tasks/openbookqa.ts';
import { piqa } from '../tasks/piqa.ts';
import { sciq } from '../tasks/sciq.ts';
import { socialIqa } from '../tasks/social-iqa.ts';
import { winogrande } from '../tasks/winogrande.ts';

export const tasks: readonly Task[] = [
  arcChallenge,
  arcEasy,
  boolq,
  hellaswag,
  lambadaOpenai,
  openbookqa,
  piqa,
  sciq,
  socialIqa,
  winogrande,
];
