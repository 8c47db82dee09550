import type { Collection } from '#storage';
import { type BootstrapRecord, digestOf } from './record-store.ts';
import type { BootstrapReport } from './report.ts';
import { canonical, type StatedValues, valueAt, withValues } from './stated-values.ts';

/** One entry of the file and where it lives in storage. */
export interface Target<T extends object> {
  kind: string;
  /** Unique in its kind; shown in the report. */
  id: string;
  stated: StatedValues;
  current: T | undefined;
  create(): Promise<unknown>;
  replace(next: T): Promise<unknown>;
}

export interface Reconciliation {
  records: Collection<BootstrapRecord>;
  report: BootstrapReport;
  force: boolean;
}

/** Makes one entry as the file says, except for what people have changed since it was last applied. */
export async function reconcile<T extends object>(
  { records, report, force }: Reconciliation,
  target: Target<T>,
): Promise<void> {
  const entry = `${target.kind} ${target.id}`;
  const recordId = `${target.kind}/${target.id}`;
  const record = await records.get(recordId);
  const { current, stated } = target;

  if (!current) {
    if (record && !force) report.differences.push({ entry, field: '(removed)' });
    else {
      await target.create();
      report.created.push(entry);
      await remember(records, recordId, stated, Object.keys(stated));
    }
    return;
  }
  const differing = Object.keys(stated).filter(
    (path) => canonical(valueAt(current, path)) !== canonical(stated[path]),
  );
  const isNews = (path: string) => force || record?.applied[path] !== digestOf(stated[path]);
  const news = differing.filter(isNews);
  for (const field of differing.filter((path) => !isNews(path))) report.differences.push({ entry, field });
  if (news.length > 0) {
    await target.replace(withValues(current, Object.fromEntries(news.map((path) => [path, stated[path]]))));
    report.updated.push(entry);
  } else report.unchanged.push(entry);
  const told = Object.keys(stated).filter((path) => record?.applied[path] !== digestOf(stated[path]));
  if (told.length > 0) await remember(records, recordId, stated, told);
}

async function remember(
  records: Collection<BootstrapRecord>,
  id: string,
  stated: StatedValues,
  paths: readonly string[],
): Promise<void> {
  const applied = Object.fromEntries(paths.map((path) => [path, digestOf(stated[path])]));
  await mergeRecord(records, id, { applied });
}

/** Adds to a record, making it where there is none. */
export async function mergeRecord(
  records: Collection<BootstrapRecord>,
  id: string,
  more: Partial<Omit<BootstrapRecord, 'id'>>,
): Promise<void> {
  const merge = (record: BootstrapRecord): BootstrapRecord => ({
    ...record,
    ...more,
    applied: { ...record.applied, ...more.applied },
    versions: { ...record.versions, ...more.versions },
  });
  if (await records.update(id, merge)) return;
  const fresh: BootstrapRecord = merge({ id, applied: {}, versions: {}, pending: false });
  if (!(await records.insertIfAbsent(fresh))) await records.update(id, merge);
}
