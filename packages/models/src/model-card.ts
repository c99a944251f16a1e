/**
 * What a checkpoint says of itself to this program: the `linchpin` block in the front matter of its README.md, which on
 * the Hugging Face hub is the model card (huggingface.co/docs/hub/model-cards).
 */
import { parseSuperWeight, type SuperWeight } from '@linchpin/plugin-api';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CheckpointTexts } from './checkpoint-texts.ts';
import { modelCardInvalid } from './errors.ts';

export interface ModelCard {
  readonly superWeights: readonly SuperWeight[];
  /** `planted` where the super weight was put there on purpose; absent where it was found. */
  readonly built?: 'planted' | undefined;
  /** Whether the tasks' requests have to begin with a BOS. */
  readonly bos?: 'never' | 'always' | undefined;
  readonly perplexity?: CardPerplexity | undefined;
  /** Settings of "Prune Non-SW" for matrices that are too small for the paper's. */
  readonly pruneOutliers?: { readonly fraction: number } | undefined;
}

export interface CardPerplexity {
  readonly bos?: 'first' | 'every-window' | 'never' | undefined;
  readonly wikitext2?: { readonly window: number } | undefined;
  readonly c4?: { readonly window: number; readonly windows?: 'random' | 'one-per-document' | undefined } | undefined;
}

const window = z.int().min(2);

const schema = z
  .strictObject({
    super_weights: z
      .array(z.string().regex(/^\d{1,9}(?:\.\d{1,9})?:\d{1,9}:\d{1,9}$/, 'expected LAYER:ROW:COLUMN'))
      .default([]),
    built: z.literal('planted').optional(),
    bos: z.enum(['never', 'always']).optional(),
    perplexity: z
      .strictObject({
        bos: z.enum(['first', 'every-window', 'never']).optional(),
        wikitext2: z.strictObject({ window }).optional(),
        c4: z.strictObject({ window, windows: z.enum(['random', 'one-per-document']).optional() }).optional(),
      })
      .optional(),
    prune_outliers: z.strictObject({ fraction: z.number().min(0).max(1) }).optional(),
  })
  .transform(({ super_weights, prune_outliers, ...rest }): ModelCard => {
    return { ...rest, superWeights: super_weights.map(parseSuperWeight), pruneOutliers: prune_outliers };
  });

const frontMatter = /^\uFEFF?---\r?\n(?<yaml>[\s\S]*?)\r?\n---(?:\r?\n|$)/;

/** The card of a checkpoint; undefined where it has none, or none that speaks to this program. */
export async function readModelCard(checkpoint: CheckpointTexts): Promise<ModelCard | undefined> {
  const file = checkpoint.locate('README.md');
  const text = await checkpoint.readText('README.md').catch(() => undefined);
  const yaml = text === undefined ? undefined : frontMatter.exec(text)?.groups?.['yaml'];
  if (yaml === undefined) return undefined;
  const document = parseFrontMatter(yaml);
  // A card that other programs read too may have anything in it; only our own block has to be right.
  if ('invalid' in document) {
    if (!/^linchpin:/m.test(yaml)) return undefined;
    throw modelCardInvalid(file, 'front matter', document.invalid);
  }
  const block = (document.content as { readonly linchpin?: unknown } | null)?.linchpin;
  if (block === undefined) return undefined;
  const parsed = schema.safeParse(block);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw modelCardInvalid(file, ['linchpin', ...issue.path].join('.'), issue.message);
}

/** Everything that the front matter of the card says, to whomever; empty where there is no card or none that can be read. */
export async function readFrontMatter(checkpoint: CheckpointTexts): Promise<Readonly<Record<string, unknown>>> {
  const text = await checkpoint.readText('README.md').catch(() => undefined);
  const document = parseFrontMatter(frontMatter.exec(text ?? '')?.groups?.['yaml'] ?? '');
  const content = 'content' in document ? document.content : undefined;
  return typeof content === 'object' && content !== null && !Array.isArray(content) ? { ...content } : {};
}

/** The content of front matter, or why it is no YAML. */
function parseFrontMatter(yaml: string): { readonly content: unknown } | { readonly invalid: string } {
  try {
    return { content: parse(yaml) as unknown };
  } catch (error) {
    return { invalid: error instanceof Error ? error.message : String(error) };
  }
}
