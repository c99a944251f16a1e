/** An intervention as it is written in one text, on a command line or in a file of settings. */
import type { Json } from '@linchpin/plugin-api';
import { jsonOf } from './json-text.ts';
import type { InterventionSpecification } from './linchpin-config.ts';

/** What `NAME` or `NAME:JSON` asks for, as a value; undefined where JSON should be and is not. */
export function parseIntervention(text: string): InterventionSpecification | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return text;
  const settings = jsonOf(text.slice(colon + 1));
  // What was parsed is JSON.
  return settings === undefined ? undefined : { name: text.slice(0, colon), settings: settings as Json };
}
