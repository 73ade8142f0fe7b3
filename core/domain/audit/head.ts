import type { NewEvent } from "#core/domain/event.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ChainEnd } from "./entry.ts";

/** The end of the chain at an instant, for keeping outside: whoever holds one notices when what came before it has been written anew. */
export interface AuditHead extends ChainEnd {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER); null: nobody has. */
  readonly keyId: string | null;
  /** Ed25519 over {@link headText}, in base64. */
  readonly signature: string | null;
}

/** What is signed. */
export const headText = ({ position, hash, at }: Pick<AuditHead, "position" | "hash" | "at">): string =>
  canonicalJson({ position, hash, at });

export const headEvent = ({ position, hash, at, keyId, signature }: AuditHead): NewEvent => ({
  type: "audit.head",
  subject: null,
  data: { position, hash, keyId, signature },
  serviceId: null,
  at,
});
