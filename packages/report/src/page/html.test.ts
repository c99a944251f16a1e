import { describe, expect, it } from 'vitest';
import { Html, html } from './html.ts';

describe('html', () => {
  it('escapes text and leaves markup', () => {
    expect(html`<p title="${`"'`}">${'<b>&'}${html`<i>${1}</i>`}</p>`.text).toBe(
      '<p title="&quot;&#39;">&lt;b&gt;&amp;<i>1</i></p>',
    );
    expect(html`${new Html('<hr>')}`.text).toBe('<hr>');
  });

  it('joins lists and shows nothing for nothing', () => {
    expect(html`[${['a', new Html('<br>'), [2, undefined]]}${null}]`.text).toBe('[a<br>2]');
  });
});
