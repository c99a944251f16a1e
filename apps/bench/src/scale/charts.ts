/** The charts of the page, by file name. */
import type { FigureData, FigurePoint, FigureSeries } from '@linchpin/report';
import type { ScalePoint, ScaleRecord } from './record.ts';

export type ChartName = 'requests' | 'model-size' | 'choices' | 'context-length';

export function chartsOf(record: ScaleRecord): Readonly<Record<ChartName, FigureData>> {
  return {
    requests: {
      number: 1,
      title: 'Cost of a request against the number of requests',
      panels: [
        {
          x: { label: 'Requests', log: true },
          y: { label: 'Milliseconds a request', log: true },
          series: [line('measured', record.requests, millisecondsOfRequest)],
        },
        {
          x: { label: 'Requests', log: true },
          y: { label: 'Peak memory, MiB' },
          series: [line('measured', record.requests, ({ peakMemory }) => peakMemory / 2 ** 20)],
        },
      ],
    },
    'model-size': {
      number: 2,
      title: 'Cost of a request against the size of the model',
      panels: [
        {
          x: { label: 'Parameters', log: true },
          y: { label: 'Milliseconds a request', log: true },
          series: byExecution(record.sizes),
        },
      ],
    },
    choices: {
      number: 3,
      title: 'Cost of a request against the choices of a question',
      panels: [
        {
          x: { label: 'Choices of a question', log: true },
          y: { label: 'Milliseconds a request' },
          series: [line('measured', record.choices, millisecondsOfRequest)],
        },
      ],
    },
    'context-length': {
      number: 4,
      title: 'Cost of a token against the length of a request',
      panels: [
        {
          x: { label: 'Tokens of a request', log: true },
          y: { label: 'Milliseconds a token' },
          series: [line('measured', record.contexts, millisecondsOfToken)],
        },
      ],
    },
  };
}

export function millisecondsOfRequest({ seconds, requests }: ScalePoint): number {
  return (1000 * seconds) / requests;
}

export function millisecondsOfToken({ seconds, tokensComputed }: ScalePoint): number {
  return (1000 * seconds) / tokensComputed;
}

function byExecution(points: readonly ScalePoint[]): FigureSeries[] {
  return [...Map.groupBy(points, ({ execution }) => execution)].map(([execution, group]) =>
    line(execution, group, millisecondsOfRequest),
  );
}

function line(label: string, points: readonly ScalePoint[], y: (point: ScalePoint) => number): FigureSeries {
  return { label, points: points.map((point): FigurePoint => ({ x: point.x, y: y(point) })) };
}
