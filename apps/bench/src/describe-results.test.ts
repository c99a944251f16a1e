import { expect, it } from 'vitest';
import { describeFewerSessions } from './describe-results.ts';

it('says that fewer sessions are compared, or none', () => {
  expect(describeFewerSessions('running text', { asked: 4, items: 2 })).toContain(
    'running text: 2 sessions instead of 4',
  );
  expect(describeFewerSessions('tasks', { asked: 4, items: 1 })).toContain('tasks: sessions are not compared');
});
