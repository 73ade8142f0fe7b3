import { hash } from "node:crypto";
import { CHAIN_START, chainOn, type Sha256 } from "#core/domain/audit/entry.ts";
import { headEvent } from "#core/domain/audit/head.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import { log } from "./event-log.ts";
import type { MemoryTables } from "./tables.ts";

const sha256: Sha256 = (text) => hash("sha256", text, "hex");

export const memoryAuditLog = (tables: MemoryTables): AuditLog => {
  const { entries, heads } = tables.audit;
  const append = appendAudit(tables);
  return {
    append: async (facts) => append(facts),
    read: async ({ after, order, limit, subject, action }) => {
      const inOrder = order === "oldest-first" ? entries : entries.toReversed();
      return inOrder
        .filter(
          (entry) =>
            (after === null ||
              (order === "oldest-first" ? entry.position > after : entry.position < after)) &&
            (subject === null || entry.subjects.includes(subject)) &&
            (action === null || entry.action === action),
        )
        .slice(0, limit);
    },
    end: async () => entries.at(-1) ?? CHAIN_START,
    keepHead: async (head) => {
      if (head.position > entries.length || heads.has(head.position)) return false;
      heads.set(head.position, head);
      log(tables, headEvent(head));
      return true;
    },
    lastHead: async () => [...heads.values()].toSorted((a, b) => b.position - a.position)[0] ?? null,
    heads: async (after, limit) =>
      [...heads.values()]
        .filter(({ position }) => position > after)
        .toSorted((a, b) => a.position - b.position)
        .slice(0, limit),
    personDigest: async (number) => sha256(`person ${handsetOf(number)}`).slice(0, 32),
    digest: async (text) => sha256(`audit ${text}`).slice(0, 32),
  };
};

/** Adds to the chain at once. */
export const appendAudit = (tables: MemoryTables) => (facts: Parameters<AuditLog["append"]>[0]) => {
  const { entries } = tables.audit;
  const added = chainOn(entries.at(-1) ?? CHAIN_START, facts, sha256);
  entries.push(...added);
  return added;
};
