/** What stands at the left of every page, in the order in which it is read. */
import type { DefaultTheme } from 'vitepress';

interface SidebarParts {
  /** Pages from where they lie to where they go. */
  readonly pages: Readonly<Record<string, string>>;
}

/** Commands, decisions and packages are listed from their folders. */
export function sidebar({ pages }: SidebarParts): DefaultTheme.SidebarItem[] {
  const addresses = Object.values(pages).map((page) => page.replace(/\.md$/, ''));
  const list = (folder: string): DefaultTheme.SidebarItem[] =>
    addresses
      .filter((address) => address.startsWith(`${folder}/`) && !/\/(?:index|README)$/.test(address))
      .toSorted()
      .map((address) => ({ text: address.slice(folder.length + 1), link: `/${address}` }));
  return [
    {
      text: 'Start',
      items: [
        { text: 'What it is', link: '/' },
        { text: 'Tutorial', link: '/tutorial' },
        { text: 'The playground', link: '/playground' },
        { text: 'Tuning', link: '/tuning' },
        { text: 'Exporting', link: '/exporting' },
        { text: 'Data', link: '/data' },
        { text: 'Few-shot, chats and groups', link: '/few-shot' },
        { text: 'Tasks of your own', link: '/own-tasks' },
        { text: 'What is there', link: '/features' },
        { text: 'Glossary', link: '/glossary' },
      ],
    },
    { text: 'Commands', link: '/commands/', collapsed: true, items: list('commands') },
    { text: 'As a library', link: '/library' },
    {
      text: 'Plug-ins',
      items: [
        { text: 'A plug-in in ten minutes', link: '/plugin-in-ten-minutes' },
        { text: 'Writing a plug-in', link: '/writing-a-plugin' },
        { text: 'Writing a training method', link: '/writing-a-training-method' },
      ],
    },
    {
      text: 'How numbers are made',
      items: [
        { text: 'What is compared with what', link: '/numbers/' },
        { text: 'Tasks', link: '/numbers/tasks' },
        { text: 'Perplexity', link: '/numbers/perplexity' },
        { text: 'Super weights', link: '/numbers/super-weights' },
        { text: 'Quantization', link: '/numbers/quantization' },
        { text: 'Determinism', link: '/determinism' },
        { text: 'Devices', link: '/devices' },
        { text: 'Performance', link: '/performance' },
        { text: 'The model card', link: '/model-card' },
        { text: 'Experiments', link: '/experiments' },
        { text: 'Results on SmolLM2-135M', link: '/results/smollm2-135m/' },
        { text: 'Exporting SmolLM2-135M', link: '/results/smollm2-135m/export' },
        { text: 'Tuning SmolLM2-135M', link: '/results/smollm2-135m/training' },
        { text: 'Repairing SmolLM2-135M', link: '/results/smollm2-135m/repair' },
        { text: 'Repairing a pruned super weight', link: '/results/mini/repair' },
      ],
    },
    { text: 'Nightly runs', link: '/nightly' },
    {
      text: 'Many machines',
      items: [
        { text: 'Plans, workers, merging', link: '/cluster' },
        { text: 'A simulation', link: '/cluster/simulation' },
      ],
    },
    {
      text: 'Adding things',
      items: [
        { text: 'A task', link: '/writing-a-task' },
        { text: 'A model family', link: '/adding-a-model-family' },
        { text: 'A table', link: '/adding-a-table' },
        { text: 'A figure', link: '/adding-a-figure' },
        { text: 'A corpus', link: '/adding-a-corpus' },
        { text: 'Contributing', link: '/contributing' },
      ],
    },
    { text: 'Architecture', link: '/architecture' },
    { text: 'Decisions', link: '/decisions/README', collapsed: true, items: list('decisions') },
    { text: 'API', link: '/api' },
    { text: 'Packages', collapsed: true, items: list('packages') },
  ];
}
