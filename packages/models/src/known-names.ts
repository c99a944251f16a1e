/**
 * Tensors under the names that their family knows them by, whatever they were saved from: the model, the part of it that
 * holds all but the output head (transformers' `base_model_prefix`), a model with other inputs beside text, or one that
 * torch.compile or a data-parallel wrapper had in its hands.
 */
import type { ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';

export interface KnownNames {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly warnings: readonly string[];
}

/** What a wrapper puts into names, which no reference takes away; said, since others refuse such a file. */
const wrappers = ['_orig_mod.', 'module.'];
/** What the language part of a model with other inputs is called. */
const languageParts = /^(?:model\.)?language_model\.(?:model\.)?(?=\w)/;
/** What those save that hold the part with all but the head as another name. */
const others = ['', 'transformer.', 'model.model.'];
const inBase = /^(?:embed_tokens|layers|norm|rotary_emb)\./;

export function knownNames(
  { prefix }: Pick<ModelFamily, 'prefix'>,
  stored: ReadonlyMap<string, StoredTensor>,
): KnownNames {
  const { rename, warnings } = unwrapped([...stored.keys()]);
  const bare = [...stored.keys()].map(rename);
  const inFamily = prefix === undefined ? (name: string): string => name : underPrefix(prefix, bare);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of stored) {
    const known = inFamily(rename(name));
    // Of two that would have one name, both keep their own: nothing is taken for something else.
    tensors.set(tensors.has(known) || (known !== name && stored.has(known)) ? name : known, tensor);
  }
  return { tensors, warnings };
}

function unwrapped(names: readonly string[]): {
  readonly rename: (name: string) => string;
  readonly warnings: readonly string[];
} {
  const found = wrappers.filter((wrapper) =>
    wrapper === 'module.'
      ? names.every((name) => name.startsWith(wrapper))
      : names.some((name) => name.includes(wrapper)),
  );
  const hit = found.map((wrapper) => names.filter((name) => name.includes(wrapper)).length);
  return {
    rename: (name) => found.reduce((rest, wrapper) => rest.replaceAll(wrapper, ''), name),
    warnings: found.map(
      (wrapper, index) =>
        `${hit[index]} of ${names.length} names have \`${wrapper}\` in them, which a wrapper of the model leaves; they are read without it.`,
    ),
  };
}

function underPrefix(prefix: string, names: readonly string[]): (name: string) => string {
  const ofLanguage = names.some((name) => languageParts.test(name));
  const isThere = (name: string): boolean => name.startsWith(`${prefix}layers.`);
  if (ofLanguage && !names.some(isThere))
    return (name) => {
      const rest = name.replace(languageParts, '');
      return rest === name || !inBase.test(rest) ? rest : `${prefix}${rest}`;
    };
  const from = names.some(isThere)
    ? undefined
    : others.find((other) => names.some((name) => name.startsWith(`${other}layers.`)));
  if (from === undefined) return (name) => name;
  return (name) => {
    const rest = name.startsWith(from) ? name.slice(from.length) : name;
    return name.startsWith(from) && inBase.test(rest) ? `${prefix}${rest}` : name;
  };
}
