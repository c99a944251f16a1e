/** What a plugin makes of the settings that are given to it, as its schema checks them. */
import type { InterventionPlugin } from '@linchpin/plugin-api';
import { invalidOptions } from './errors.ts';

/** An intervention or a way of training. */
export type Offered<Options> = Pick<InterventionPlugin<Options>, 'name' | 'options' | 'schema'>;

/** The settings with everything filled in; throws where the schema refuses them, and says what each option means. */
export async function acceptedBy<Options>(
  { name, options, schema }: Offered<Options>,
  kind: 'intervention' | 'method',
  settings: unknown,
): Promise<Options> {
  const checked = await schema['~standard'].validate(settings);
  if (checked.issues === undefined) return checked.value;
  const issues = checked.issues.map(({ path, message }) =>
    [path?.map(String).join('.'), message].filter(Boolean).join(': '),
  );
  throw invalidOptions({ kind, name, options }, issues.join('; '));
}
