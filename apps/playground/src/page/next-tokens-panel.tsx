/** What both sides expect after the prompt, as bars beside each other; stop-words are marked (Figures 1 and 11). */
import type { JSX } from 'preact';
import type { NextToken } from '../engine/next-tokens.ts';

export function NextTokensPanel({ next }: { readonly next: readonly NextToken[] | undefined }): JSX.Element {
  return (
    <section class="card" aria-labelledby="next-title">
      <h2 id="next-title">What it expects next</h2>
      {next === undefined ? (
        <p class="quiet">This change leaves no number that is finite: there is nothing that the model expects.</p>
      ) : (
        <>
          <table class="bars">
            <caption class="quiet small">
              How likely each token is right after your text. A dot <span class="stop" aria-hidden="true" /> marks
              stop-words: small words and punctuation that say little.
            </caption>
            <thead class="hidden">
              <tr>
                <th scope="col">Token</th>
                <th scope="col">Original</th>
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {next.map((token) => (
                <TokenBars key={token.id} {...token} />
              ))}
            </tbody>
          </table>
          <p class="legend small">
            <span class="key original" /> original <span class="key changed" /> changed
          </p>
        </>
      )}
    </section>
  );
}

function TokenBars({ text, isStopWord, original, changed }: NextToken): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <code>{visible(text)}</code>
        {isStopWord ? <span class="stop" role="img" aria-label="stop-word" /> : null}
      </th>
      <Bar side="original" value={original} />
      <Bar side="changed" value={changed} />
    </tr>
  );
}

function Bar({ side, value }: { readonly side: string; readonly value: number }): JSX.Element {
  return (
    <td class={side}>
      <span class="bar" style={{ width: `${(100 * value).toFixed(2)}%` }} aria-hidden="true" />
      <data class="share" value={value}>
        {value < 0.0005 ? '0' : (100 * value).toFixed(1)} %
      </data>
    </td>
  );
}

/** White space would not be seen. */
function visible(text: string): string {
  const shown = text.replaceAll('\n', '↵').replaceAll('\t', '→').trim();
  return shown === '' ? '␣' : shown;
}
