/** The parts of make_perplexity.py's files that tell what was scored. */
import { readFileSync } from 'node:fs';
import { sharedPath } from '@linchpin/testing';

interface GoldenWindows {
  readonly length: number;
  readonly tokens: number;
  readonly windows: number;
  readonly tokens_dropped: number;
  readonly first20: readonly { readonly window: number; readonly ids_sha256: string }[];
}

export interface GoldenText {
  readonly file: string;
  readonly rows: number;
  readonly characters: number;
  readonly text_sha256: string;
}

export interface GoldenWikitext extends GoldenText {
  readonly bos_first: GoldenIds;
  readonly bos_none: GoldenIds;
}

interface GoldenIds {
  readonly ids_sha256: string;
  readonly lengths: Readonly<Record<string, GoldenWindows>>;
}

export interface GoldenSegment {
  readonly row: number;
  readonly tokens: number;
  readonly start: number;
  readonly ids_sha256: string;
}

export interface GoldenC4 {
  readonly lengths: Readonly<
    Record<
      string,
      {
        readonly length: number;
        readonly rows_taken_whole: number;
        readonly segments: readonly (GoldenSegment & { readonly rejected: readonly number[] })[];
      }
    >
  >;
  readonly joined_1100: GoldenWindows;
}

/** Models whose perplexities were recorded, the text of their BOS, and the files that they were recorded on. */
export const goldenModels = [
  {
    model: 'stories260K',
    bos: '<s>',
    golden: 'stories260K',
    wikitext: 'wikitext-2/wiki.test.raw',
    c4: 'c4/train_sample2000.jsonl',
  },
  {
    model: 'tinystories-656k',
    bos: '<|start_story|>',
    golden: 'tinystories-656k',
    wikitext: 'wikitext-2/wiki.test.raw',
    c4: 'c4/train_sample2000.jsonl',
  },
  {
    model: 'mini',
    bos: '<s>',
    golden: 'mini/mini',
    wikitext: 'mini/wikitext.test.txt',
    c4: 'mini/c4.validation.jsonl',
  },
] as const;

export function readGolden(path: string): unknown {
  return JSON.parse(readFileSync(sharedPath(`golden/${path}`), 'utf8'));
}
