/** The state of the page, which the address follows: a link holds all of it, and going back undoes. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type PageState, stateFromHash, stateToHash } from './page-state.ts';

export type UpdateState = (change: Partial<PageState>) => void;

export function usePageState(): readonly [PageState, UpdateState] {
  const [state, setState] = useState(() => stateFromHash(location.hash));
  const update = useCallback((change: Partial<PageState>) => setState((before) => ({ ...before, ...change })), []);
  useEffect(() => {
    const hash = stateToHash(state);
    if (hash !== location.hash.slice(1))
      history.replaceState(null, '', hash === '' ? location.pathname + location.search : `#${hash}`);
  }, [state]);
  useEffect(() => {
    const read = (): void => setState(stateFromHash(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return [state, update];
}
