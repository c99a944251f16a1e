import { manifest } from '@linchpin/datasets';
import type { Task } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { allTasks, findTask, selectTasks } from './select-tasks.ts';

const names = (asked: string[], own: Task[] = []): string[] => selectTasks(asked, own).tasks.map(({ name }) => name);

describe('findTask', () => {
  it('finds every task by its name, and each has its data sets', () => {
    for (const task of allTasks) {
      expect(findTask(task.name)).toBe(task);
      expect(manifest).toHaveProperty(task.dataset);
      if (task.fewshot !== undefined) expect(manifest).toHaveProperty(task.fewshot.dataset);
    }
    expect(new Set(allTasks.map(({ name }) => name)).size).toBe(allTasks.length);
  });

  it('offers the nearest names for one that it does not know', () => {
    const action = expect.stringContaining('hellaswag');
    expect(() => findTask('helaswag')).toThrow(
      expect.objectContaining({ code: 'tasks/unknown-task', problem: expect.objectContaining({ action }) }),
    );
    expect(() => findTask('zzzzzzzzzzzzzzzzzzzz')).toThrow(expect.objectContaining({ code: 'tasks/unknown-task' }));
  });
});

describe('selectTasks', () => {
  it('takes names in the order in which they are asked for, each once', () => {
    expect(names(['piqa', 'arc_easy', 'piqa'])).toEqual(['piqa', 'arc_easy']);
  });

  it('takes tags and patterns', () => {
    expect(names(['ai2_arc'])).toEqual(['arc_challenge', 'arc_easy']);
    expect(names(['arc_*', 'p?qa'])).toEqual(['arc_challenge', 'arc_easy', 'piqa']);
    expect(names(['mmlu_[!a-mo-z]*'])).toEqual(['mmlu_nutrition']);
    expect(names(['mmlu_stem_tasks'])).toHaveLength(19);
  });

  it('takes a group with the groups in it, whether by its name or by a pattern', () => {
    const { tasks, groups } = selectTasks(['mmlu']);
    expect(tasks).toHaveLength(57);
    expect(groups.map(({ name }) => name)).toEqual([
      'mmlu',
      'mmlu_stem',
      'mmlu_other',
      'mmlu_social_sciences',
      'mmlu_humanities',
    ]);
    expect(selectTasks(['mmlu_*']).groups.map(({ name }) => name)).not.toContain('mmlu');
    expect(names(['mmlu_*'])).toHaveLength(57);
    expect(selectTasks(['mmlu_stem_tasks']).groups).toEqual([]);
  });

  it('takes own tasks, which win over others of their name', () => {
    const own: Task = { ...findTask('piqa'), chance: 0.1, tags: ['mine'] };
    expect(selectTasks(['piqa'], [own]).tasks).toEqual([own]);
    expect(names(['mine'], [{ ...own, name: 'other' }])).toEqual(['other']);
    const anatomy: Task = { ...own, name: 'mmlu_anatomy' };
    for (const asked of [['mmlu'], ['mmlu_*'], ['mmlu', 'mmlu_*', 'mine']]) {
      const selected = selectTasks(asked, [anatomy]).tasks;
      expect(selected).toHaveLength(57);
      expect(selected.filter(({ name }) => name === 'mmlu_anatomy')).toEqual([anatomy]);
    }
  });

  it.each([
    ['a task of the same name', ['twice', 'twice']],
    ['a group', ['mmlu_stem']],
    ['a tag', ['ai2_arc']],
  ])('refuses an own task with the name of %s', (_, named) => {
    const own = named.map((name): Task => ({ ...findTask('piqa'), name }));
    expect(() => selectTasks(['piqa'], own)).toThrow(expect.objectContaining({ code: 'tasks/name-taken' }));
  });

  it('offers own names for one that it does not know', () => {
    const own: Task = { ...findTask('piqa'), name: 'capitals' };
    expect(() => selectTasks(['capitols'], [own])).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          action: 'Did you mean capitals?',
          expected: expect.stringContaining('one of capitals, arc_challenge'),
        }),
      }),
    );
  });

  it('refuses what fits nothing', () => {
    expect(() => selectTasks(['mmlu_*', 'nothing_*'])).toThrow(expect.objectContaining({ code: 'tasks/no-match' }));
    const action = expect.stringContaining('mmlu');
    expect(() => selectTasks(['mmlv'])).toThrow(
      expect.objectContaining({ code: 'tasks/unknown-task', problem: expect.objectContaining({ action }) }),
    );
  });
});
