import type { Row } from './engine.ts';

/** A document with the row it lies in; both undefined: there is none. */
export interface Found<T> {
  row: Row | undefined;
  doc: T | undefined;
}
