import { existsSync } from 'node:fs';
import { modelNotFound } from './errors.ts';

export interface ResolvedModel {
  readonly directory: string;
  readonly hubId?: string;
}

export async function resolveModel(specification: string): Promise<ResolvedModel> {
  if (existsSync(specification)) return { directory: specification };
  throw modelNotFound(specification);
}
