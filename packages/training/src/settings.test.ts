import { trainingDefaults } from '@linchpin/defaults';
import { describe, expect, it } from 'vitest';
import { checkSettings, type TrainingSettings } from './settings.ts';

const settings: TrainingSettings = { ...trainingDefaults, steps: 10, evaluateEvery: null, patience: null };

describe('checkSettings', () => {
  it('takes the defaults, and the bounds of every range', () => {
    expect(() => checkSettings(settings)).not.toThrow();
    expect(() =>
      checkSettings({ ...settings, clip: null, beta1: 0, beta2: 0, weightDecay: 0, evaluateEvery: 1, patience: 1 }),
    ).not.toThrow();
  });

  it.each<[keyof TrainingSettings, unknown]>([
    ['steps', 0],
    ['steps', 1.5],
    ['batchSize', 0],
    ['accumulation', -1],
    ['evaluateEvery', 0],
    ['patience', 0],
    ['warmUpSteps', -1],
    ['seed', 0.5],
    ['learningRate', 0],
    ['learningRate', Number.NaN],
    ['learningRate', Infinity],
    ['epsilon', 0],
    ['clip', 0],
    ['weightDecay', -0.1],
    ['beta1', 1],
    ['beta2', -0.1],
    ['schedule', 'polynomial'],
    ['steps', undefined],
  ])('refuses %s %s, by its name', (name, value) => {
    const bad = { ...settings, [name]: value } as TrainingSettings;
    expect(() => checkSettings(bad)).toThrow(
      expect.objectContaining({
        code: 'training/bad-setting',
        problem: expect.objectContaining({ subject: `training setting ${name}` }),
      }),
    );
  });
});
