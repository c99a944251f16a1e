// Written by scripts/generate-indexes.ts from the files of ../figures. Do not edit.
import type { SmtFigure } from '../figures/smt-figure.ts';
import { figure3 } from '../figures/figure-3-share.ts';
import { repairFigure } from '../figures/figure-repair.ts';

export const figures: readonly SmtFigure[] = [figure3, repairFigure];
