import { z } from 'zod';
import { configSchema } from './config.ts';
import type { SettingMeta } from './setting-kinds.ts';

/** One key that can be set. */
export interface Setting extends SettingMeta {
  /** Where it stands in config/*.yaml. */
  path: readonly string[];
}

/** Every key in the order of the schema. */
export function settings(): Setting[] {
  return leavesOf(configSchema, []);
}

function leavesOf(section: z.ZodObject, path: readonly string[]): Setting[] {
  return Object.entries(section.shape).flatMap(([name, schema]) => {
    const here = [...path, name];
    if (schema instanceof z.ZodObject) return leavesOf(schema, here);
    const meta = (schema as z.ZodType).meta() as SettingMeta | undefined;
    if (!meta?.env) throw new Error(`setting ${here.join('.')} has no name in the environment`);
    return [{ ...meta, path: here }];
  });
}
