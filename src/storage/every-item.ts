import type { Collection, FindQuery } from './port.ts';

/** All documents that a query finds, page by page: for lists that are short by their nature. */
export async function everyItem<T extends object>(
  collection: Pick<Collection<T>, 'find'>,
  query: Omit<FindQuery, 'limit' | 'after'>,
): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await collection.find({ ...query, limit: 1000, ...(after && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after);
  return found;
}
