// Written by scripts/generate-indexes.ts from the files of ../figures. Do not edit.
import type { PaperFigure } from '../figures/paper-figure.ts';
import { figure1 } from '../figures/figure-1-generated-text.ts';
import { figure3 } from '../figures/figure-3-super-weight-spikes.ts';
import { figure4 } from '../figures/figure-4-super-activation.ts';
import { figure5 } from '../figures/figure-5-stop-words.ts';
import { figure6 } from '../figures/figure-6-super-weight-amplification.ts';
import { figure7 } from '../figures/figure-7-quantization-block-size.ts';
import { figure10 } from '../figures/figure-10-spikes-without-super-weight.ts';
import { figure11 } from '../figures/figure-11-top-tokens.ts';

export const figures: readonly PaperFigure[] = [
  figure1,
  figure3,
  figure4,
  figure5,
  figure6,
  figure7,
  figure10,
  figure11,
];
