import { AppError } from '#kernel';
import type { Collection, Emission, Storage } from '#storage';
import { type SupportCase, supportCaseSchema } from './support-case.ts';

export function declareCases(storage: Storage): Collection<SupportCase> {
  return storage.collection<SupportCase>({
    name: 'support-cases',
    schema: supportCaseSchema,
    key: 'id',
    index: { byState: ['state', 'openedAt'] },
    expiresAt: 'expiresAt',
    durability: 'durable',
    sealed: ['fullName', 'companyName', 'projects', 'replyTo', 'checks'],
  });
}

/** @throws AppError 'support.unknown' (404) */
export async function readCase(cases: Collection<SupportCase>, id: string): Promise<SupportCase> {
  const found = await cases.get(id);
  if (!found) throw unknown();
  return found;
}

/** @throws AppError 'support.unknown' (404), and what `step` throws */
export async function changeCase(
  cases: Collection<SupportCase>,
  id: string,
  step: (found: SupportCase) => SupportCase,
  emission: Emission,
): Promise<void> {
  if (!(await cases.update(id, step, { emit: () => [emission] }))) throw unknown();
}

const unknown = () => new AppError('support.unknown', 404);
