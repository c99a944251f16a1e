/** The curves of a training: as tables that become CSV and back, and as a figure. */
import type { FigureData, FigurePoint, Table } from '@linchpin/report';
import type { EvaluationRecord, StepRecord } from '@linchpin/training';

const columns = ['step', 'loss', 'gradientNorm', 'learningRate', 'targets', 'tokens'] as const;
const headers = ['step', 'loss', 'gradient_norm', 'learning_rate', 'targets', 'tokens'];

export function lossTable(steps: readonly StepRecord[]): Table {
  return { columns: headers, rows: steps.map((record) => columns.map((column) => record[column])) };
}

export function evaluationsTable(evaluations: readonly EvaluationRecord[]): Table {
  return { columns: ['step', 'loss'], rows: evaluations.map(({ step, loss }) => [step, loss]) };
}

/** Reads what `lossTable` became as CSV; its numbers are written such that they read back exactly. */
export function readLossTable(csv: string): StepRecord[] {
  const [, ...lines] = csv.trimEnd().split('\r\n');
  return lines.map((line) => {
    const cells = line.split(',').map(Number);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index]!])) as unknown as StepRecord;
  });
}

/** More points than these cannot be told apart in a chart. */
const mostPoints = 400;

export function lossFigure(
  title: string,
  steps: readonly StepRecord[],
  evaluations: readonly EvaluationRecord[],
): FigureData {
  const stretch = Math.max(1, Math.ceil(steps.length / mostPoints));
  const training = stretch === 1 ? 'Training' : `Training, means of ${stretch} steps`;
  const x = { label: 'Step' };
  const heldOut = evaluations.map(({ step, loss }) => ({ x: step, y: loss }));
  return {
    title,
    panels: [
      {
        title: 'Loss',
        x,
        y: { label: 'Nats a token' },
        series: [
          { label: training, points: means(steps, stretch, ({ loss }) => loss) },
          ...(heldOut.length === 0 ? [] : [{ label: 'Held out', points: heldOut }]),
        ],
      },
      {
        title: 'Norm of the gradient',
        x,
        y: { label: 'Before clipping', log: true },
        series: [{ label: training, points: means(steps, stretch, ({ gradientNorm }) => gradientNorm) }],
      },
    ],
  };
}

/** Means over stretches of steps, each at its last step. */
function means(
  steps: readonly StepRecord[],
  stretch: number,
  read: (record: StepRecord) => number,
): readonly FigurePoint[] {
  const points: FigurePoint[] = [];
  for (let start = 0; start < steps.length; start += stretch) {
    const part = steps.slice(start, start + stretch);
    points.push({ x: part.at(-1)!.step, y: part.reduce((sum, record) => sum + read(record), 0) / part.length });
  }
  return points;
}
