/**
 * Links of the site. Documents link to each other and to sources as they lie in the repository; here a link to a page
 * becomes the page's address, and one to any other file leads to the repository, where package.json says which it is.
 */
import { readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** What is used of a markdown-it parser and its tokens, which VitePress brings along without types of its own. */
interface MarkdownParser {
  readonly core: { readonly ruler: { push(name: string, rule: (state: MarkdownState) => void): void } };
}

interface MarkdownState {
  readonly tokens: readonly MarkdownToken[];
  readonly env: { readonly realPath?: string; readonly path: string };
}

interface MarkdownToken {
  readonly type: string;
  children: MarkdownToken[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

export interface RepositoryLinksOptions {
  /** Folder of the repository. */
  readonly root: string;
  /** Pages from where they lie to where they go, both from the root. */
  readonly pages: Readonly<Record<string, string>>;
}

/** A plugin of markdown-it. */
export function repositoryLinks(markdown: MarkdownParser, { root, pages }: RepositoryLinksOptions): void {
  const repository = readRepository(root);
  markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
    const file = relative(root, env.realPath ?? env.path).replaceAll(sep, '/');
    for (const token of tokens) {
      if (token.children === null) continue;
      const hidden = new Set<MarkdownToken>();
      let close = false;
      for (const child of token.children) {
        if (child.type === 'link_close' && close) hidden.add(child);
        if (child.type !== 'link_open') continue;
        const address = siteAddress(child.attrGet('href') ?? '', { file, pages, repository });
        close = address === undefined;
        if (address === undefined) hidden.add(child);
        else child.attrSet('href', address);
      }
      token.children = token.children.filter((child) => !hidden.has(child));
    }
  });
}

interface Place {
  /** The document that has the link, from the root. */
  readonly file: string;
  readonly pages: Readonly<Record<string, string>>;
  /** Address of the repository, where one is known. */
  readonly repository: string | undefined;
}

/** Where a link of a document leads on the site; undefined where the site has nothing to lead to. */
export function siteAddress(target: string, { file, pages, repository }: Place): string | undefined {
  if (/^(?:[a-z][a-z+.-]*:|#|\/)/i.test(target)) return target;
  const [path = '', anchor] = target.split('#');
  const linked = posix.join(posix.dirname(file), path);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const page = pages[linked] ?? pages[posix.join(linked, 'README.md')];
  if (page !== undefined) return `/${page}${hash}`;
  return repository === undefined ? undefined : `${repository}/blob/main/${linked.replace(/\/$/, '')}${hash}`;
}

/** The `repository` of the contract's package.json, as an address that browsers open. */
function readRepository(root: string): string | undefined {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/plugin-api/package.json'), 'utf8')) as {
    repository?: string | { readonly url: string };
  };
  const { repository } = manifest;
  const url = typeof repository === 'object' ? repository.url : repository;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}
