/** From `--model` to a checkpoint whose architecture, tokenizer and known super weights are at hand. */
import { basename, resolve } from 'node:path';
import { stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  type Checkpoint,
  loadTokenizer,
  type ModelCard,
  openDecoder,
  readModelCard,
  resolveModel,
  resolveSuperWeights,
} from '@linchpin/models';
import type { DecoderConfig, ModelFacts, ModelFamily, SuperWeight, Tokenizer } from '@linchpin/plugin-api';
import type { ModelFlags } from './flags.ts';

/** Folder of the model that comes with the project. */
export const embeddedModel: string = fileURLToPath(new URL('../../../models/mini', import.meta.url));

export interface OpenedModel {
  /** The Hub id where there is one, else the folder's name. */
  readonly name: string;
  readonly hubId: string | undefined;
  readonly checkpoint: Checkpoint;
  readonly family: ModelFamily;
  readonly config: DecoderConfig;
  readonly tensors: Checkpoint['tensors'];
  readonly tokenizer: Tokenizer;
  /** What the checkpoint says of itself to this program. */
  readonly card: ModelCard | undefined;
  readonly facts: ModelFacts;
}

/** Opens a checkpoint and checks everything that can be checked without running it. */
export async function openModel(flags: ModelFlags): Promise<OpenedModel> {
  const resolved = await resolveModel(flags.model === undefined || flags.model === 'mini' ? embeddedModel : flags.model);
  const { directory } = resolved;
  const { checkpoint, family, config, tensors, warnings } = await openDecoder(directory);
  if (flags.quiet !== true) for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  const tokenizer = await loadTokenizer(directory, { vocabularySize: config.vocabularySize });
  const card = await readModelCard(directory);
  const superWeights = (): readonly SuperWeight[] =>
    resolveSuperWeights({
      ...(flags.superWeight === undefined ? {} : { given: flags.superWeight }),
      ...(card === undefined ? {} : { card }),
      ...(resolved.hubId === undefined ? {} : { hubId: resolved.hubId }),
      config,
    });
  const name = resolved.hubId ?? basename(resolve(directory));
  return { name, hubId: resolved.hubId, checkpoint, family, config, tensors, tokenizer, card, facts: { superWeights } };
}
