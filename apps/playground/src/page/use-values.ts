import { useEffect, useState } from 'preact/hooks';
import type { OpenedFacts } from '../engine/playground-engine.ts';
import type { EngineClient } from './engine-client.ts';
import { type NamedPlace, placeOf } from './places.ts';

/** The values of scalars as the model has them; undefined until they are known, and of scalars that it does not have. */
export function useValues(
  client: EngineClient,
  facts: OpenedFacts,
  named: readonly NamedPlace[],
): readonly (number | undefined)[] {
  const [values, setValues] = useState<readonly (number | undefined)[]>([]);
  const key = JSON.stringify(named.map(({ layer, name, row, column }) => [layer, name, row, column]));
  useEffect(() => {
    let isCurrent = true;
    setValues([]);
    const places = named.map((each) => placeOf(facts.matrices, each));
    void client.engine.values(places.filter((place) => place !== undefined)).then((known) => {
      const rest = [...known];
      if (isCurrent) setValues(places.map((place) => (place === undefined ? undefined : rest.shift())));
    });
    return () => {
      isCurrent = false;
    };
  }, [client, facts, key]);
  return values;
}
