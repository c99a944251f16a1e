/**
 * Which files of a repository are a split: those that the front matter of its README names, else those that are called so
 * (huggingface.co/docs/hub/datasets-manual-configuration and datasets-file-names-and-splits). Deviation: a split of another
 * name than asked for is not taken in its place.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import type { DatasetEntry } from '../dataset-entry.ts';

export type SplitQuestion = Pick<DatasetEntry, 'config' | 'split' | 'hubFile'>;

const readable = /\.(?:parquet|(?:jsonl|ndjson|json)(?:\.gz)?)$/u;

/** In order; empty where the repository has none. */
export function splitFiles(
  paths: readonly string[],
  readme: string | undefined,
  question: SplitQuestion,
): readonly string[] {
  if (question.hubFile !== undefined) return paths.filter((path) => path === question.hubFile);
  const data = paths.filter((path) => readable.test(path)).toSorted();
  const declared = patternsOf(readme, question);
  if (declared !== undefined) return data.filter((path) => declared.some((isOf) => isOf(path)));
  const named = data.filter((path) => isNamed(path, question));
  // The same rows are often there in several forms.
  const tables = named.filter((path) => path.endsWith('.parquet'));
  return tables.length > 0 ? tables : named;
}

/** `CONFIG/SPLIT-00000-of-00001.parquet`, `data/SPLIT.jsonl`, `CONFIG/SPLIT/0000.parquet`, and the like. */
function isNamed(path: string, { config, split }: SplitQuestion): boolean {
  const folders = path.split('/');
  const name = folders.pop()!;
  if (folders.at(-1) === split) folders.pop();
  else if (!name.startsWith(split) || !/^[-.]/u.test(name.slice(split.length))) return false;
  const rest = folders.filter((folder) => folder !== 'data');
  return config === null || config === 'default' ? rest.length <= 1 : rest.length === 1 && rest[0] === config;
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const frontMatter = z.object({
  configs: z.array(
    z.object({
      config_name: z.string(),
      default: z.boolean().optional(),
      data_files: z.union([z.array(z.object({ split: z.string(), path: oneOrMore })), oneOrMore]).optional(),
    }),
  ),
});

/** Undefined where the README says nothing of the split. */
function patternsOf(readme: string | undefined, { config, split }: SplitQuestion): readonly Pattern[] | undefined {
  const head = /^---\r?\n(?<head>[^]*?)\r?\n---/u.exec(readme ?? '')?.groups?.['head'];
  const read = frontMatter.safeParse(head === undefined ? undefined : yamlOf(head));
  if (!read.success) return undefined;
  const { configs } = read.data;
  const chosen =
    configs.find(({ config_name }) => config_name === (config ?? 'default')) ??
    (config === null
      ? (configs.find((each) => each.default === true) ?? (configs.length === 1 ? configs[0] : undefined))
      : undefined);
  const named = (chosen?.data_files ?? []).flatMap((each) =>
    typeof each === 'object' && each.split === split ? each.path : [],
  );
  return named.length === 0 ? undefined : named.map(globOf);
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 10 });
  } catch {
    return undefined;
  }
}

/** More than any repository has; a longer pattern is one of no file. */
const mostParts = 33;

type Pattern = (path: string) => boolean;

/** `*`, `**` and `?` as shells have them; compared without going back, so that no pattern takes longer than it is long. */
function globOf(pattern: string): Pattern {
  const parts = pattern.replace(/^\.\//u, '').split(/(\*\*\/?|\*|\?)/u);
  return (path) => {
    if (parts.length > mostParts) return false;
    let places: readonly number[] = [0];
    for (const part of parts) places = placesBehind(part, path, places);
    return places.includes(path.length);
  };
}

/** Where in a path one can be behind a part of a pattern, from where one can be before it; in ascending order. */
function placesBehind(part: string, path: string, places: readonly number[]): readonly number[] {
  if (part === '?') return places.filter((at) => at < path.length && path[at] !== '/').map((at) => at + 1);
  if (!part.startsWith('*')) return places.filter((at) => path.startsWith(part, at)).map((at) => at + part.length);
  const before = new Set(places);
  const behind: number[] = [];
  let isBehind = false;
  for (let at = 0; at <= path.length; at++) {
    if (part === '**/' ? before.has(at) || (isBehind && path[at - 1] === '/') : isBehind || before.has(at))
      behind.push(at);
    isBehind ||= before.has(at);
    if (part === '*' && path[at] === '/') isBehind = false;
  }
  return behind;
}
