import type { Artifact } from '../artifact.ts';
import { html, type Html } from './html.ts';

/** How the numbers were made and what should be known of them. */
export function notes({ caption, notes: texts }: Pick<Artifact, 'caption' | 'notes'>): Html | undefined {
  const all = [...(caption === undefined ? [] : [caption]), ...texts];
  return all.length === 0
    ? undefined
    : html`<ul class="notes">
        ${all.map((text) => html`<li>${text}</li>`)}
      </ul>`;
}
