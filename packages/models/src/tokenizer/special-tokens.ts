/**
 * The tokens that the small files beside tokenizer.json declare, and which of them begin and end a text, as
 * `_from_pretrained` and `TokenizersBackend` of transformers 5.23.0 read them:
 * - Where tokenizer_config.json has `added_tokens_decoder`, that and the names in the same file are all; neither
 *   special_tokens_map.json nor added_tokens.json is looked at.
 * - Else special_tokens_map.json wins over tokenizer_config.json field by field, a `null` in either file included, and
 *   added_tokens.json counts.
 * A token named anywhere becomes an added token, so that texts are never cut through it. What a tokenizer class of
 * transformers would put in by itself is not looked for: where no file says a word of BOS or EOS, the ids of config.json
 * stand in.
 */
import { z } from 'zod';
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import { invalidField } from '../errors.ts';
import { findJsonObject, isJsonObject, type JsonObject } from '../read-json.ts';
import { tokenizerAbsent } from './errors.ts';
import type { AddedToken } from './tokenizer-json.ts';

/** A special token as the files name it: by its text, or by its id. */
export type NamedToken = { readonly text: string } | { readonly id: number };

/** A token that a file declares; what its id becomes is for the tokenizer to say. */
export interface DeclaredToken extends Omit<AddedToken, 'id'> {
  /** The id that the file gives it. */
  readonly id?: number;
}

export interface SpecialTokens {
  readonly bos: NamedToken | undefined;
  readonly eos: NamedToken | undefined;
  /** In the order in which they are added. */
  readonly declared: readonly DeclaredToken[];
}

const attributes = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
const mapFile = 'special_tokens_map.json';

const flag = z.boolean().nullish().transform(Boolean);
const written = z.object({
  content: z.string(),
  single_word: flag,
  lstrip: flag,
  rstrip: flag,
  normalized: z.boolean().nullish(),
  special: flag,
});
const token = z.union([z.string(), written]);
const tokens = z.union([z.array(token), z.record(z.string(), token)]).nullish();
const decoder = z.record(z.string().regex(/^\d{1,9}$/, 'expected an id as key'), written).optional();
// LLaMA 3 lists several ends; the first is the one that ends a text.
const id = z.union([z.int(), z.array(z.int()).transform(([first]) => first)]).nullish();
const modelIds = z.object({ bos_token_id: id, eos_token_id: id });

/** Fields by their name: a token, or null where a file says that there is none. */
type Fields = ReadonlyMap<string, Declaration | null>;

interface Declaration {
  readonly token: DeclaredToken;
  /** Declared by its text alone. */
  readonly isBare: boolean;
}

interface Declarations {
  readonly fields: Fields;
  /** `extra_special_tokens`, or as older files call it `additional_special_tokens`. */
  readonly extra: readonly DeclaredToken[];
  readonly byId: readonly DeclaredToken[];
}

/** Reads what a checkpoint declares; `own` are the added tokens of tokenizer.json. Files that are absent are passed over. */
export async function readSpecialTokens(texts: CheckpointTexts, own: readonly AddedToken[]): Promise<SpecialTokens> {
  const { fields, extra, byId } = await readDeclarations(texts, own);
  const model = check(texts, 'config.json', modelIds, (await find(texts, 'config.json')) ?? {});
  const standard = attributes.map((name) => fields.get(name));
  const others = [...fields].filter(([name]) => !attributes.includes(name)).map(([, declaration]) => declaration);
  // Declarations with flags come first among those that only some models have.
  const named = [...standard, ...others.toSorted((a, b) => Number(a?.isBare ?? true) - Number(b?.isBare ?? true))]
    .filter((declaration) => declaration !== null && declaration !== undefined)
    .map((declaration) => declaration.token);
  const names = new Set(named.map(({ content }) => content));
  const known = new Set([...own, ...byId].map(({ content }) => content));
  const declared = [...byId.toSorted((a, b) => a.id! - b.id!), ...[...named, ...extra].filter(isNew(known))];
  return {
    bos: nameToken(fields.get('bos_token'), model.bos_token_id),
    eos: nameToken(fields.get('eos_token'), model.eos_token_id),
    declared: declared.map((each) => (names.has(each.content) ? { ...each, special: true } : each)),
  };
}

/** The texts of special tokens by the names of their fields (`bos_token`), as templates of chats are given them. */
export async function readTokenTexts(texts: CheckpointTexts): Promise<Readonly<Record<string, string>>> {
  const { fields } = await readDeclarations(texts, []);
  return Object.fromEntries([...fields].flatMap(([name, each]) => (each === null ? [] : [[name, each.token.content]])));
}

function nameToken(named: Declaration | null | undefined, fallback: number | null | undefined): NamedToken | undefined {
  if (named !== undefined) return named === null ? undefined : { text: named.token.content };
  return fallback === undefined || fallback === null ? undefined : { id: fallback };
}

function isNew(known: Set<string>): (declared: DeclaredToken) => boolean {
  return ({ content }) => !known.has(content) && Boolean(known.add(content));
}

async function readDeclarations(texts: CheckpointTexts, own: readonly AddedToken[]): Promise<Declarations> {
  const name = 'tokenizer_config.json';
  const config = (await find(texts, name)) ?? {};
  const fields = readFields(texts, name, config);
  const extra = readExtra(texts, name, config);
  if ('added_tokens_decoder' in config) {
    const { added_tokens_decoder: byId = {} } = check(texts, name, z.object({ added_tokens_decoder: decoder }), config);
    return {
      fields: new Map([...fields, ...extra.fields]),
      extra: extra.list,
      byId: Object.entries(byId).map(([key, value]) => ({ ...withFlags(value), id: Number(key) })),
    };
  }
  const map = (await find(texts, mapFile)) ?? {};
  const mapExtra = readExtra(texts, mapFile, map);
  const listed = 'extra_special_tokens' in map ? [...extra.list, ...mapExtra.list] : extra.list;
  const both = new Map([...fields, ...extra.fields, ...readFields(texts, mapFile, map), ...mapExtra.fields]);
  return {
    fields: both,
    extra: listed.length > 0 ? listed : mapExtra.list,
    byId: await readLegacy(texts, own, [...attributes.map((field) => both.get(field)?.token), ...listed]),
  };
}

/** added_tokens.json, where tokens are special that have a name, under the ids that tokenizer.json leaves. */
async function readLegacy(
  texts: CheckpointTexts,
  own: readonly AddedToken[],
  special: readonly (DeclaredToken | undefined)[],
): Promise<DeclaredToken[]> {
  const name = 'added_tokens.json';
  const file = check(texts, name, z.record(z.string(), z.int().nonnegative()), (await find(texts, name)) ?? {});
  const names = new Set(special.map((each) => each?.content));
  const byId = new Map<number, DeclaredToken>();
  for (const [content, tokenId] of Object.entries(file)) {
    const isSpecial = names.has(content);
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: !isSpecial, special: isSpecial };
    byId.set(tokenId, { content, ...flags, id: tokenId });
  }
  for (const each of own) byId.set(each.id, each);
  return [...byId.values()];
}

/** The fields `bos_token`, `image_token` and the like; those that are no tokens (`add_bos_token`) are left aside. */
function readFields(texts: CheckpointTexts, name: string, file: JsonObject): Fields {
  const fields = Object.entries(file).filter(
    ([key, value]) => attributes.includes(key) || (key.endsWith('_token') && isToken(value)),
  );
  const forms = z.object(Object.fromEntries(fields.map(([key]) => [key, token.nullable()])));
  const parsed = check(texts, name, forms, Object.fromEntries(fields));
  return new Map(Object.entries(parsed).map(([key, value]) => [key, value === null ? null : declare(value, name)]));
}

function isToken(value: unknown): boolean {
  return typeof value === 'string' || (isJsonObject(value) && typeof value['content'] === 'string');
}

/** A list of tokens, or where the file has them by names, fields. */
function readExtra(
  texts: CheckpointTexts,
  name: string,
  file: JsonObject,
): { readonly fields: Fields; readonly list: readonly DeclaredToken[] } {
  const form = z.object({ extra_special_tokens: tokens, additional_special_tokens: tokens });
  const { extra_special_tokens: extra, additional_special_tokens: additional } = check(texts, name, form, file);
  const isEmpty = extra === undefined || extra === null || Object.keys(extra).length === 0;
  const found = (isEmpty ? additional : extra) ?? [];
  if (Array.isArray(found)) return { fields: new Map(), list: found.map((each) => declare(each, name).token) };
  return { fields: new Map(Object.entries(found).map(([key, value]) => [key, declare(value, name)])), list: [] };
}

/** Tokens given by their text alone are special, and so are all of special_tokens_map.json. */
function declare(value: z.infer<typeof token>, file: string): Declaration {
  const isBare = typeof value === 'string';
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: undefined, special: true };
  const full = isBare ? { content: value, ...flags } : { ...value, special: value.special || file === mapFile };
  return { token: withFlags(full), isBare };
}

function withFlags(value: z.infer<typeof written>): DeclaredToken {
  return { ...value, normalized: value.normalized ?? !value.special };
}

async function find(texts: CheckpointTexts, name: string): Promise<JsonObject | undefined> {
  return findJsonObject(texts, name, tokenizerAbsent);
}

function check<T>(texts: CheckpointTexts, name: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidField(texts.locate(name), parsed.error.issues[0]!);
  return parsed.data;
}
