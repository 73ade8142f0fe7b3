import type { MemoryTables } from "./tables.ts";

/**
 * Remembers what is stored now. The function that it answers makes the world forget everything since, as a database does that fails over to
 * a copy which lags behind, or is restored from a backup. Numbers that tell versions apart go on: none is given twice.
 */
export const rememberTables = (tables: MemoryTables): (() => void) => {
  const { workListeners: _, blockListeners: __, newsListeners: ___, counter: ____, ...stored } = tables;
  // In one go, so that what is one thing in two collections stays one.
  const copy = structuredClone(stored);
  return () => {
    const { poolCount, ...contents } = structuredClone(copy);
    tables.poolCount = poolCount;
    for (const [name, value] of Object.entries(contents))
      replaceContent(tables[name as keyof typeof contents], value);
  };
};

const replaceContent = (target: unknown, source: unknown): void => {
  if (target instanceof Map && source instanceof Map) {
    target.clear();
    for (const [key, value] of source) target.set(key, value);
  } else if (target instanceof Set && source instanceof Set) {
    target.clear();
    for (const value of source) target.add(value);
  } else if (Array.isArray(target) && Array.isArray(source)) target.splice(0, target.length, ...source);
  else if (isRecord(target) && isRecord(source))
    for (const [name, value] of Object.entries(source)) {
      if (isRecord(value)) replaceContent(target[name], value);
      else target[name] = value;
    }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
