import { hash } from "node:crypto";
import { appendFile } from "node:fs/promises";
import type { ApiKey } from "#apps/api/authentication.ts";
import type { Component } from "#apps/process/components.ts";
import { repeatedly } from "#apps/process/repeatedly.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Signer } from "#core/ports/signer.ts";
import type { Timer } from "#core/ports/timer.ts";
import { ok } from "#core/result.ts";
import { type KnownKey, noteKeys } from "#core/use-cases/note-keys.ts";
import { publishAuditHead } from "#core/use-cases/publish-audit-head.ts";
import { recordAudit } from "#core/use-cases/record-audit.ts";

const LOOK_MS = 60_000;

export interface AuditHeadPorts {
  readonly apiKeys: readonly ApiKey[];
  readonly encryptionKeys: readonly Uint8Array[];
  /** A file outside the database; null: none. */
  readonly headTo: string | null;
  readonly audit: AuditLog;
  readonly signer: Signer | null;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "bugFound">;
}

/** Notes the keys that this process starts with, and signs the end of the audit log every hour. */
export const auditHeadComponent = (ports: () => AuditHeadPorts): Component => ({
  name: "the heads of the audit log",
  start: () => {
    const { audit, signer, clock, timer, journal, headTo, ...keys } = ports();
    const note = noteKeys({ audit, record: recordAudit({ audit, clock }) });
    const publish = publishAuditHead({ audit, clock, signer });
    let isNoted = false;
    const onFault = (error: unknown): void => journal.bugFound({ where: "the audit log", error });
    return ok(
      repeatedly({ timer, everyMs: LOOK_MS, onFault }, async () => {
        if (!isNoted) await note(knownKeys(keys, signer));
        isNoted = true;
        const head = await publish();
        if (head !== null && headTo !== null) await appendFile(headTo, `${JSON.stringify(head)}\n`);
      }),
    );
  },
});

const knownKeys = (
  { apiKeys, encryptionKeys }: Pick<AuditHeadPorts, "apiKeys" | "encryptionKeys">,
  signer: Signer | null,
): readonly KnownKey[] => [
  ...apiKeys.map(({ name, scope, service, secret }) => ({
    ...{ kind: "api", name, secret },
    scope: service === null ? scope : `${scope}:${service}`,
  })),
  ...encryptionKeys.map((key) => ({
    kind: "sealing",
    name: "key",
    scope: "",
    secret: hash("sha256", key, "hex"),
  })),
  ...(signer === null ? [] : [{ kind: "signing", name: signer.keyId, scope: "", secret: signer.keyId }]),
];
