// Written by scripts/generate-indexes.ts from the files of ../tasks. Do not edit.
import type { Task } from '@linchpin/plugin-api';
import { arcChallenge } from '../tasks/arc-challenge.ts';
import { arcEasy } from '../tasks/arc-easy.ts';
import { boolqV02 } from '../tasks/boolq-v0-2.ts';
import { boolq } from '../tasks/boolq.ts';
import { commonsenseQa } from '../tasks/commonsense-qa.ts';
import { gsm8k } from '../tasks/gsm8k.ts';
import { hellaswag } from '../tasks/hellaswag.ts';
import { lambadaOpenai } from '../tasks/lambada-openai.ts';
import { lambadaStandard } from '../tasks/lambada-standard.ts';
import { lambadaV02 } from '../tasks/lambada-v0-2.ts';
import { openbookqa } from '../tasks/openbookqa.ts';
import { piqaV02 } from '../tasks/piqa-v0-2.ts';
import { piqa } from '../tasks/piqa.ts';
import { raceHighV02 } from '../tasks/race-high-v0-2.ts';
import { race } from '../tasks/race.ts';
import { sciq } from '../tasks/sciq.ts';
import { socialIqa } from '../tasks/social-iqa.ts';
import { triviaqaV02 } from '../tasks/triviaqa-v0-2.ts';
import { triviaqa } from '../tasks/triviaqa.ts';
import { truthfulqaMc1 } from '../tasks/truthfulqa-mc1.ts';
import { truthfulqaMc2 } from '../tasks/truthfulqa-mc2.ts';
import { webqsV02 } from '../tasks/webqs-v0-2.ts';
import { wikitext } from '../tasks/wikitext.ts';
import { winogrande } from '../tasks/winogrande.ts';

export const tasks: readonly Task[] = [
  arcChallenge,
  arcEasy,
  boolqV02,
  boolq,
  commonsenseQa,
  gsm8k,
  hellaswag,
  lambadaOpenai,
  lambadaStandard,
  lambadaV02,
  openbookqa,
  piqaV02,
  piqa,
  raceHighV02,
  race,
  sciq,
  socialIqa,
  triviaqaV02,
  triviaqa,
  truthfulqaMc1,
  truthfulqaMc2,
  webqsV02,
  wikitext,
  winogrande,
];
