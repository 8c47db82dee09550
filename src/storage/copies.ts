/** Longest life of a copy, whatever was told: a node may die between a write and its notice. */
export const MAX_AGE_MS = 2_000;

/** A stored document, or that there is none, as of `at`. */
export interface Copy<V> {
  key: string;
  rev: number | undefined;
  value: V;
}

/** One read or write under way: what it finds is kept only where no change was told since it began. */
export interface Ticket<V> {
  keep(copy: Copy<V>): void;
  /** `name` of an index result and the copies that make it up. */
  keepResult(name: string, copies: readonly Copy<V>[]): void;
  end(): void;
}

/** Copies of one collection's documents and index results, dropped by notices. */
export interface Copies<V> {
  get(key: string): Copy<V> | undefined;
  result(name: string): Copy<V>[] | undefined;
  begin(): Ticket<V>;
  /** '*': all of them. */
  drop(key: string, results: readonly string[]): void;
}

interface Kept {
  at: number;
}
type KeptResult = Kept & { members: readonly { key: string; rev: number | undefined }[] };

/** `elapsed`: milliseconds by a clock that nobody sets. */
export function createCopies<V>(max: number, elapsed: () => number): Copies<V> {
  const copies = new Map<string, Copy<V> & Kept>();
  const results = new Map<string, KeptResult>();
  const underWay = new Set<{ dropped: Set<string> | '*' }>();

  function young<E extends Kept>(map: Map<string, E>, name: string): E | undefined {
    const found = map.get(name);
    if (!found) return undefined;
    map.delete(name);
    if (elapsed() - found.at >= MAX_AGE_MS) return undefined;
    // The last in a Map is the youngest.
    map.set(name, found);
    return found;
  }

  function store<E>(map: Map<string, E>, name: string, entry: E): void {
    map.delete(name);
    map.set(name, entry);
    if (map.size > max) map.delete(map.keys().next().value as string);
  }

  const get = (key: string) => young(copies, key);

  return {
    get,
    result(name) {
      const found = young(results, name);
      const members = found?.members.map(({ key, rev }) => {
        const copy = get(key);
        return copy?.rev === rev ? copy : undefined;
      });
      return members?.every((copy) => copy !== undefined) ? members : undefined;
    },
    begin() {
      const at = elapsed();
      const flight: { dropped: Set<string> | '*' } = { dropped: new Set() };
      underWay.add(flight);
      const stands = (name: string) => flight.dropped !== '*' && !flight.dropped.has(name);
      const keep = (copy: Copy<V>) => {
        if (stands(`k${copy.key}`)) store(copies, copy.key, { ...copy, at });
      };
      return {
        keep,
        keepResult(name, members) {
          for (const copy of members) keep(copy);
          if (!stands(`r${name}`) || !members.every(({ key }) => stands(`k${key}`))) return;
          store(results, name, { at, members: members.map(({ key, rev }) => ({ key, rev })) });
        },
        end: () => underWay.delete(flight),
      };
    },
    drop(key, names) {
      if (key === '*') {
        copies.clear();
        results.clear();
        for (const flight of underWay) flight.dropped = '*';
        return;
      }
      copies.delete(key);
      for (const name of names) results.delete(name);
      for (const { dropped } of underWay) {
        if (dropped === '*') continue;
        dropped.add(`k${key}`);
        for (const name of names) dropped.add(`r${name}`);
      }
    },
  };
}
