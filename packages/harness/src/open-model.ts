/** From the name of a model to a checkpoint whose architecture, tokenizer and known super weights are at hand. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { calibrationDataset, type CalibrationOptions, ModelCalibration } from '@linchpin/calibration';
import { findSuperWeights, noneInWords } from '@linchpin/detection';
import { isLinchpinError } from '@linchpin/errors';
import { convertingOptions } from '@linchpin/execution';
import { modelFolder as mini } from '@linchpin/model-mini';
import {
  type Decoder,
  fileHash,
  loadTokenizer,
  type ModelCard,
  openDecoder,
  readModelCard,
  requireInside,
  resolveModel,
  resolveSuperWeights,
} from '@linchpin/models';
import { formatSuperWeight, type Intervention, type SuperWeight, type Tokenizer } from '@linchpin/plugin-api';
import { rememberedHash } from '@linchpin/run-store';
import { requireLayers } from '@linchpin/runtime';
import { noSuperWeightFound } from './errors.ts';
import type { HarnessParts } from './harness-parts.ts';
import type { ChainFacts, SharedFacts } from './interventions.ts';

/** Folders of the models that come as packages, by name. */
export const embeddedModels: Readonly<Record<string, string>> = { mini };

const defaultModel = 'mini';

/** In the place of coordinates: a search finds them. */
const automatic = 'auto';

export interface OpenOptions {
  /**
   * Coordinates, as `LAYER:ROW:COLUMN` or as objects, or Hub ids of published ones; `auto` stands for those that a search
   * finds. When absent those of the model's card, else the published ones of its Hub id.
   */
  readonly superWeights?: readonly (string | SuperWeight)[];
  readonly calibration?: CalibrationOptions;
}

export interface OpenedModel extends Omit<Decoder, 'warnings'> {
  /** The Hub id where there is one, else the folder's name. */
  readonly name: string;
  readonly hubId: string | undefined;
  /** Whether it is one that comes as a package, with data of its own. */
  readonly isEmbedded: boolean;
  readonly tokenizer: Tokenizer;
  /** What the checkpoint says of itself to this program. */
  readonly card: ModelCard | undefined;
  /** What interventions may ask of it. */
  readonly facts: ChainFacts;
  /** What `facts` measures or reads when it is first asked. */
  readonly calibration: Pick<ModelCalibration, 'note'>;
}

/** Opens a checkpoint, downloaded where need be, and checks everything that can be checked without running it. */
export async function openModel(
  { context, datasets, hubData, verify }: HarnessParts,
  model: string = defaultModel,
  options: OpenOptions = {},
): Promise<OpenedModel> {
  const { reporter } = context;
  const { directory, hubId } = await download(embeddedFolder(model) ?? model, context);
  const isEmbedded = Object.values(embeddedModels).includes(directory);
  const warn = (warning: string): void => reporter.remark(`warning: ${warning}`);
  const { warnings, ...decoder } = await openDecoder(directory, {
    ...convertingOptions(context),
    hashFile: await hashing(context, verify),
  });
  warnings.forEach(warn);
  requireLayers(decoder.config.layers, context.settings);
  const { vocabularySize } = decoder.config;
  const tokenizer = await loadTokenizer(decoder.checkpoint, { vocabularySize, onWarning: warn });
  const card = await readModelCard(decoder.checkpoint);
  const text = datasets === undefined && !isEmbedded ? calibrationDataset(options.calibration?.source) : undefined;
  const fetched = text === undefined ? undefined : (await hubData.find(text)).file;
  const calibration = new ModelCalibration(
    { ...decoder, tokenizer },
    { options: options.calibration ?? {}, datasets: datasets === 'mini' ? undefined : datasets, fetched, context },
  );
  // The folder of an installed package is not named after the model.
  const name = hubId ?? (embeddedFolder(model) === undefined ? basename(decoder.checkpoint.directory) : model);
  await context.division?.opensModel({ ...decoder, name });
  const given = await givenSuperWeights({ ...decoder, tokenizer, name }, options, context);
  const factsAfter = (before: readonly Intervention[]): SharedFacts => ({
    superWeights: () =>
      requireInside(
        decoder,
        resolveSuperWeights({
          ...(given === undefined ? {} : { given }),
          ...(card === undefined ? {} : { card }),
          ...(hubId === undefined ? {} : { hubId }),
          config: decoder.config,
        }),
      ),
    calibration: () => calibration.after(before),
  });
  return {
    ...decoder,
    name,
    hubId,
    isEmbedded,
    tokenizer,
    card,
    facts: { ...factsAfter([]), after: factsAfter },
    calibration,
  };
}

/** The super weights of a model; undefined where none is given or known, which is an error for whoever needs them. */
export function superWeightsIfKnown({ facts }: Pick<OpenedModel, 'facts'>): readonly SuperWeight[] | undefined {
  try {
    return facts.superWeights();
  } catch (error) {
    if (isLinchpinError(error) && error.code === 'models/no-super-weights') return undefined;
    throw error;
  }
}

/** The name of an embedded model stands for its folder; everything else is a path or a Hub id. */
function embeddedFolder(model: string): string | undefined {
  return Object.hasOwn(embeddedModels, model) ? embeddedModels[model] : undefined;
}

async function download(
  model: string,
  { signal, reporter }: Pick<HarnessParts['context'], 'signal' | 'reporter'>,
): ReturnType<typeof resolveModel> {
  try {
    return await resolveModel(model, {
      onProgress(progress) {
        signal.throwIfAborted();
        reporter.download(progress);
      },
    });
  } catch (error) {
    // For whoever downloads, one that is interrupted is one that broke off.
    signal.throwIfAborted();
    throw error;
  }
}

/** Hashes the files of a model: gigabytes are read once, and remembered where there is a store. */
async function hashing(
  { openStore, reporter, signal }: HarnessParts['context'],
  verify: boolean,
): Promise<(file: string) => Promise<string>> {
  const meter = reporter.meter('MB of the model hashed');
  let [read, size] = [0, 0];
  const hashFile = async (file: string): Promise<string> => {
    size += (await stat(file)).size;
    return await fileHash(file, (bytes) => {
      signal.throwIfAborted();
      read += bytes;
      meter(Math.ceil(read / 1e6), Math.ceil(size / 1e6));
    });
  };
  const store = await openStore();
  if (store === undefined) return hashFile;
  const warn = (what: string): void => reporter.remark(`warning: ${what}`);
  return rememberedHash(store.fileHashes, { hashFile, verify, warn });
}

type Searched = Parameters<typeof findSuperWeights>[0] & { readonly name: string };

/** What was given, with found coordinates for `auto`. Throws where a search finds none. */
async function givenSuperWeights(
  model: Searched,
  { superWeights }: OpenOptions,
  context: HarnessParts['context'],
): Promise<readonly string[] | undefined> {
  if (superWeights === undefined) return undefined;
  const texts = superWeights.map((given) => (typeof given === 'string' ? given : formatSuperWeight(given)));
  if (!texts.includes(automatic)) return texts;
  const finding = await findSuperWeights(model, {}, context);
  if (finding.superWeights.length === 0) throw noSuperWeightFound(model.name, noneInWords(finding, model));
  const found = finding.superWeights.map(formatSuperWeight);
  context.reporter.remark(`super weights of ${model.name}, found: ${found.join(', ')}`);
  return texts.flatMap((text) => (text === automatic ? found : [text]));
}
