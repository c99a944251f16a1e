/** From `--model` to a checkpoint whose architecture, tokenizer and known super weights are at hand. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Decoder,
  loadTokenizer,
  type ModelCard,
  openDecoder,
  readModelCard,
  resolveModel,
  resolveSuperWeights,
} from '@linchpin/models';
import type { Intervention, ModelFacts, Tokenizer } from '@linchpin/plugin-api';
import { ModelCalibration } from './calibration/model-calibration.ts';
import { showDownload } from './download-progress.ts';
import { asksForSearch, searchedSuperWeights } from './find/super-weights-by-flag.ts';
import type { ModelFlags } from './flags.ts';
import { integerRefusal } from './integer-refusal.ts';
import type { ChainFacts } from './interventions.ts';
import { remark } from './remark.ts';
import { rememberedHash } from './store/file-hashes.ts';

/** Folder of the models that come with the project. */
export const embeddedModels: string = fileURLToPath(new URL('../../../models', import.meta.url));

const defaultModel = 'mini';

export interface OpenedModel extends Omit<Decoder, 'warnings'> {
  /** The Hub id where there is one, else the folder's name. */
  readonly name: string;
  readonly hubId: string | undefined;
  readonly tokenizer: Tokenizer;
  /** What the checkpoint says of itself to this program. */
  readonly card: ModelCard | undefined;
  readonly facts: ChainFacts;
  /** What `facts` measures or reads when it is first asked. */
  readonly calibration: Pick<ModelCalibration, 'note'>;
}

/** Opens a checkpoint, downloaded where need be, and checks everything that can be checked without running it. */
export async function openModel(flags: ModelFlags, signal: AbortSignal): Promise<OpenedModel> {
  const { directory, hubId } = await showDownload(flags, signal, (onProgress) =>
    resolveModel(modelOf(flags), { onProgress }),
  );
  const { warnings, ...decoder } = await openDecoder(directory, { hashFile: rememberedHash(flags) });
  for (const warning of warnings) remark(`warning: ${warning}`, flags);
  const tokenizer = await loadTokenizer(directory, { vocabularySize: decoder.config.vocabularySize });
  const card = await readModelCard(directory);
  const calibration = new ModelCalibration({ ...decoder, tokenizer }, flags, signal);
  const name = hubId ?? basename(decoder.checkpoint.directory);
  const given = asksForSearch(flags)
    ? await searchedSuperWeights({ ...decoder, tokenizer, name }, flags, signal)
    : flags.superWeight;
  const factsAfter = (before: readonly Intervention[]): ModelFacts => ({
    superWeights: () =>
      resolveSuperWeights({
        ...(given === undefined ? {} : { given }),
        ...(card === undefined ? {} : { card }),
        ...(hubId === undefined ? {} : { hubId }),
        config: decoder.config,
      }),
    calibration: () => calibration.after(before),
  });
  const facts = { ...factsAfter([]), after: factsAfter, refusesIntegers: integerRefusal(flags) };
  return { ...decoder, name, hubId, tokenizer, card, facts, calibration };
}

/** The name of an embedded model stands for its folder; everything else is a path or a Hub id. */
function modelOf({ model = defaultModel }: ModelFlags): string {
  const embedded = join(embeddedModels, model);
  return /^[\w-]+$/.test(model) && existsSync(embedded) ? embedded : model;
}
