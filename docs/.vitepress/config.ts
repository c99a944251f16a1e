/** The documentation site: `npm run docs` builds it into docs/.vitepress/dist. Pages are Markdown files of the whole repository. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type UserConfig } from 'vitepress';
import { headingAnchor } from '../../scripts/docs/markdown-links.ts';
import { repositoryLinks } from '../../scripts/docs/repository-links.ts';
import { sitePages } from '../../scripts/docs/site-pages.ts';
import { sidebar } from './sidebar.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const pages = sitePages(root);

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: 'Linchpin',
  description: 'What a single weight does to a language model: evaluation and interventions in TypeScript.',
  lang: 'en-GB',
  srcDir: '..',
  // Everything else that ends in .md, such as release notes and templates, is no page.
  srcExclude: ['**/node_modules/**', '**/dist/**', 'README.md', 'results/**', 'turbo/**'],
  rewrites: pages,
  markdown: {
    // A `<` in a text is a less-than sign.
    html: false,
    languageAlias: { crontab: 'sh' },
    anchor: { slugify: headingAnchor },
    config: (markdown) => markdown.use(repositoryLinks, { root, pages }),
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: sidebar({ pages }),
    nav: [
      { text: 'Start', link: '/' },
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Library', link: '/library' },
      { text: 'Plug-ins', link: '/writing-a-plugin' },
      { text: 'Commands', link: '/commands/' },
      { text: 'Numbers', link: '/numbers/' },
    ],
  },
});

export default config;
