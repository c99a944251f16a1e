import { type Architecture, architectures } from './architectures.ts';
import { ggufArchitecture } from './errors.ts';
import type { Metadata } from './metadata.ts';

export interface NamedArchitecture extends Architecture {
  /** As the metadata call it, and as their keys begin. */
  readonly name: string;
}

/** The table of the architecture that the metadata name. */
export function readArchitecture(metadata: Metadata): NamedArchitecture {
  const name = metadata.text('general.architecture');
  if (name === undefined || !Object.hasOwn(architectures, name))
    throw ggufArchitecture(metadata.file, name, Object.keys(architectures));
  const experts = metadata.number(`${name}.expert_count`) ?? 0;
  if (experts > 0) throw metadata.invalid(`${name}.expert_count`, 'no experts: mixtures are not read from GGUF files');
  return { name, ...architectures[name]! };
}
