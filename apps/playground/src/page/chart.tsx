/** A chart of Observable Plot that is as wide as its place. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface ChartProps {
  /** What the chart shows, in a sentence: all that a screen reader is told of it. */
  readonly label: string;
  /** Draws it; called anew when the width or `of` changes. */
  readonly draw: (width: number) => Element;
  /** What it is drawn from. */
  readonly of: readonly unknown[];
}

export function Chart({ label, draw, of }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    watcher.observe(place.current!);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return;
    const drawn = draw(width);
    // The parts of a chart are no landmarks: it is one image with one text.
    for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    place.current!.replaceChildren(drawn);
  }, [width, ...of]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}
