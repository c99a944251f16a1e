import { miniFolder } from '@linchpin/datasets';
import { expect, it } from 'vitest';
import { dataFolder, dataInWords, dataOf, documentsOnDisk } from '../src/data-source.ts';

const hubData = { find: async (name: string) => await Promise.reject(new Error(`asked for ${name}`)) };
const documents = documentsOnDisk({ temporaryFiles: { note() {}, forget() {}, removeAll() {} } as never });
const sources = (datasets: string | undefined) => ({ datasets, hubData, documents, tasks: [] });
const [embedded, other] = [{ isEmbedded: true }, { isEmbedded: false }];

it('says which data sets, and how much of them', () => {
  expect(dataInWords(sources(undefined), [embedded], undefined)).toBe('on the embedded mini data sets');
  expect(dataInWords(sources(undefined), [other, other], undefined)).toBe('on data sets of the Hub');
  expect(dataInWords(sources(undefined), [embedded, other], '3 items')).toBe(
    'on the embedded mini data sets and data sets of the Hub, the first 3 items of each',
  );
  expect(dataInWords(sources('data'), [embedded, other], '3 items')).toBe(
    'on the data sets in data, the first 3 items of each',
  );
});

it('asks the hub for a model that brings no data, and where no folder is given', async () => {
  await expect(dataOf(sources(undefined), other).find('piqa')).rejects.toThrow('asked for piqa');
  for (const [datasets, model] of [
    [undefined, embedded],
    ['mini', other],
    [miniFolder, other],
  ] as const)
    expect((await dataOf(sources(datasets), model).find('piqa')).file.startsWith(miniFolder)).toBe(true);
  await expect(dataOf(sources('nowhere'), embedded).find('piqa')).rejects.toMatchObject({ code: 'datasets/not-found' });
  expect(dataFolder(undefined)).toBe(miniFolder);
});
