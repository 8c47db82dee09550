import type { DocumentCodec } from './document-codec.ts';
import type { FoundRow, Layout, Table } from './engine.ts';
import type { Found } from './found.ts';
import type { FindQuery, Page } from './port.ts';
import { cursorOf, isFirstEntry, rawQuery } from './query.ts';

/** One page of documents in index order. @throws as `rawQuery` */
export async function findPage<T extends object>(
  layout: Layout,
  table: Table,
  codec: DocumentCodec<T>,
  query: FindQuery,
  now: number,
): Promise<Page<Found<T>>> {
  let raw = rawQuery(layout, query);
  const list = raw.index.listField;
  const items: Found<T>[] = [];
  let last: FoundRow | undefined;
  for (;;) {
    // One more than asked tells whether there is a next page.
    const rows = await table.find({ ...raw, limit: raw.limit + 1 }, now);
    for (const row of rows) {
      if (items.length === raw.limit && last) return { items, next: cursorOf(last) };
      last = row;
      const doc = codec.decode(row);
      if (list === undefined || isFirstEntry(raw, row, codec.fieldsOf(doc)[list] as readonly string[]))
        items.push({ row, doc });
    }
    if (!last || rows.length <= raw.limit) return { items };
    raw = { ...raw, after: { position: last.position, key: last.key } };
  }
}
