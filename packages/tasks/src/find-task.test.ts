import { manifest } from '@linchpin/datasets';
import { describe, expect, it } from 'vitest';
import { findTask } from './find-task.ts';
import { tasks } from './generated/tasks.ts';

describe('findTask', () => {
  it('finds every task by its name, and each has a data set', () => {
    for (const task of tasks) {
      expect(findTask(task.name)).toBe(task);
      expect(manifest).toHaveProperty(task.dataset);
    }
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
  });

  it('offers the nearest names for one that it does not know', () => {
    const action = expect.stringContaining('hellaswag');
    expect(() => findTask('helaswag')).toThrow(
      expect.objectContaining({ code: 'tasks/unknown-task', problem: expect.objectContaining({ action }) }),
    );
    expect(() => findTask('zzzzzzzzzzzzzzzzzzzz')).toThrow(expect.objectContaining({ code: 'tasks/unknown-task' }));
  });
});
