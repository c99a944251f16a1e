/** An intervention as it is written in one text, on a command line or in a file of settings. */
import type { Json } from '@linchpin/plugin-api';
import type { InterventionSpecification } from './linchpin-config.ts';

/** What `NAME` or `NAME:JSON` asks for, as a value; undefined where JSON should be and is not. */
export function parseIntervention(text: string): InterventionSpecification | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return text;
  try {
    return { name: text.slice(0, colon), settings: JSON.parse(text.slice(colon + 1)) as Json };
  } catch {
    return undefined;
  }
}
