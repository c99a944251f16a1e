// Written by scripts/generate-indexes.ts from the files of ../corpora. Do not edit.
import type { NamedCorpus } from '../named-corpus.ts';
import { c4Corpus } from '../corpora/c4.ts';
import { wikitextCorpus } from '../corpora/wikitext2.ts';

export const corpora: readonly NamedCorpus[] = [c4Corpus, wikitextCorpus];
