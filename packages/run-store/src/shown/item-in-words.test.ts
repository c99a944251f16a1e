import type { RecordedItem, RecordedRequest } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { itemInWords } from './item-in-words.ts';

const request = (facts: Partial<RecordedRequest>): RecordedRequest => ({
  context: 'Two and two?\n',
  continuation: ' four',
  firstIds: [1, 40, 41],
  firstTexts: ['<s>', 'Two', ' and'],
  bos: true,
  tokens: 2,
  tokensCut: 0,
  ...facts,
});

const of = (item: RecordedItem, other?: RecordedItem): string[] =>
  itemInWords({ model: 'mini', label: 'Original', task: 'sums', item, ...(other === undefined ? {} : { other }) });

const choices = (logLikelihoods: readonly number[]): RecordedItem => ({
  docId: 3,
  answer: 1,
  isRight: logLikelihoods[1]! > logLikelihoods[0]!,
  requests: [
    request({ continuation: ' five', tokens: 12, logLikelihood: logLikelihoods[0]! }),
    request({ continuation: ' four', tokens: 1, logLikelihood: logLikelihoods[1]! }),
  ],
});

const begin = 'BOS, first tokens  1 "<s>"  40 "Two"  41 " and"';

describe('an item in words', () => {
  it('shows what was written beside what was expected', () => {
    const item = (written: string): RecordedItem => ({
      docId: 7,
      isRight: written.includes('four'),
      requests: [request({ continuation: 'four', written, tokens: 0 })],
    });
    expect(of(item('It is four.'))).toEqual([
      'mini · Original · sums · item 7: right',
      '  context  "Two and two?\\n"',
      '  expected "four"',
      '  wrote    "It is four."',
      `  ${begin}`,
    ]);
    expect(of(item('It is four.'), item('Five'))).toEqual([
      'mini · Original · sums · item 7: wrong → right',
      '  context  "Two and two?\\n"',
      '  expected "four"',
      '  wrote    "Five"',
      '  now      "It is four."',
      `  ${begin}`,
    ]);
  });

  it('marks the right choice and the most likely one', () => {
    expect(of(choices([-1.5, -10.25]))).toEqual([
      'mini · Original · sums · item 3: wrong',
      '  context  "Two and two?\\n"',
      '    ▶  -1.500  12 tokens  " five"',
      '  ✓   -10.250  1 token    " four"',
      `  ${begin}`,
    ]);
  });

  it('has both sides of a comparison', () => {
    expect(of(choices([-1.5, -10.25]), choices([-2, -1])).slice(0, 4)).toEqual([
      'mini · Original · sums · item 3: right → wrong',
      '  context  "Two and two?\\n"',
      '      -2.000 → ▶  -1.500  12 tokens  " five"',
      '  ✓ ▶ -1.000 →   -10.250  1 token    " four"',
    ]);
  });

  it('says of a last word whether it is greedy', () => {
    const item = {
      docId: 0,
      isRight: false,
      requests: [request({ logLikelihood: -3, isGreedy: false, tokensCut: 4 })],
    };
    expect(of(item).slice(2)).toEqual([
      '  -3.000  2 tokens, not greedy, 4 cut off at the beginning  " four"',
      `  ${begin}`,
    ]);
  });

  it('shows the contexts where they are what differs, and how each begins', () => {
    const requests = ['Ann', 'Bea'].map((name, index) =>
      request({
        context: `${name} asked because ${name}`,
        continuation: ' knew.',
        firstIds: [50 + index],
        firstTexts: [name],
        bos: false,
        logLikelihood: -1 - index,
      }),
    );
    expect(of({ docId: 1, answer: 0, isRight: true, requests })).toEqual([
      'mini · Original · sums · item 1: right',
      '  continuation  " knew."',
      '  ✓ ▶ -1.000  2 tokens  "Ann asked because Ann"',
      '      -2.000  2 tokens  "Bea asked because Bea"',
      '  0: no BOS, first tokens  50 "Ann"',
      '  1: no BOS, first tokens  51 "Bea"',
    ]);
  });

  it('says why there is no score', () => {
    const requests = [request({}), request({ continuation: ' five', logLikelihood: -1 })];
    expect(of({ docId: 2, answer: 0, skipped: 'continuation-too-long', requests }).slice(0, 3)).toEqual([
      'mini · Original · sums · item 2: not scored, continuation-too-long',
      '  context  "Two and two?\\n"',
      '  ✓     none  2 tokens  " four"',
    ]);
  });

  it('has no text for a window, and of ids without texts the ids', () => {
    const requests = [{ firstIds: [1, 7], bos: true, tokens: 255, tokensCut: 0, logLikelihood: -421.5 }];
    expect(of({ docId: 9, requests })).toEqual([
      'mini · Original · sums · window 9',
      '  -421.500  255 tokens',
      '  BOS, first tokens  1  7',
    ]);
  });

  it('shortens long texts', () => {
    const long = { ...choices([-1, -2]), requests: [request({ context: `${'x'.repeat(500)}end` })] };
    expect(of(long)[1]).toBe(`  context  "…${'x'.repeat(157)}end"`);
  });
});
