/** What `linchpin train` says of a result in `training.json`: for interventions that read the result. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { resultChanged } from './errors.ts';
import type { EditableModel } from './intervention.ts';
import type { AppliedIntervention } from './result-row.ts';

/** What was trained. */
export interface TrainedOrigin {
  /** sha256 of the model's contents. */
  readonly model: string;
  /** Those that stood before the training. */
  readonly interventions: readonly AppliedIntervention[];
}

interface TrainingRecord {
  readonly training?: {
    readonly asked?: Partial<TrainedOrigin>;
    readonly files?: readonly { readonly file: string; readonly sha256: string }[];
  };
}

/**
 * Where the result of a folder comes from; undefined where nothing is said of it, as of what other programs have written. Throws
 * where a file of the result is not the one that the training wrote.
 */
export function readTrainedOrigin(folder: string): TrainedOrigin | undefined {
  let record: TrainingRecord;
  try {
    record = JSON.parse(readFileSync(join(folder, 'training.json'), 'utf8')) as TrainingRecord;
  } catch {
    return undefined;
  }
  for (const { file, sha256 } of record.training?.files ?? []) {
    const path = join(folder, file);
    if (/\.(?:safetensors|json)$/.test(file) && hashOfFile(path) !== sha256) throw resultChanged(path);
  }
  const { model, interventions = [] } = record.training?.asked ?? {};
  return model === undefined ? undefined : { model, interventions };
}

/** Says so where the model, or what was done to it before, is not what the result was trained from. */
export async function remarkOnOrigin(model: EditableModel, origin: TrainedOrigin | undefined): Promise<void> {
  if (origin === undefined || model.context === undefined) return;
  const sha256 = await model.context.contentHash();
  if (sha256 !== origin.model)
    model.remark(`was trained from another model (sha256 ${origin.model.slice(0, 12)}…, not ${sha256.slice(0, 12)}…)`);
  const [trained, here] = [origin.interventions, model.context.before].map(inWords);
  if (trained !== here) model.remark(`was trained behind ${trained}; here ${here} stands before it`);
}

function inWords(interventions: readonly AppliedIntervention[]): string {
  if (interventions.length === 0) return 'no intervention';
  return interventions.map(({ name, settings }) => `${name}:${JSON.stringify(settings)}`).join(' + ');
}

/** By pieces: a result that holds a whole model is larger than a buffer may be. Undefined where there is no such file. */
function hashOfFile(path: string): string | undefined {
  const hash = createHash('sha256');
  let opened: number;
  try {
    opened = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const piece = Buffer.allocUnsafe(2 ** 20);
    for (let read = 1; read > 0;) {
      read = readSync(opened, piece, 0, piece.length, null);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(opened);
  }
  return hash.digest('hex');
}
