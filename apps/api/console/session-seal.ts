import { hash } from "node:crypto";
import { z } from "zod";
import { type AssociatedData, keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type ApiClient, type ApiKey, authentication } from "#apps/api/authentication.ts";

/** A working day, and then some. */
export const SESSION_MS = 12 * 3_600_000;
const SEALED_MAX = 1_000;
const PRINT_DIGITS = 16;
const PLACE: AssociatedData = { purpose: "session", row: "console" };

const content = z.strictObject({ name: z.string(), print: z.string(), until: z.number() });

export interface Session {
  readonly client: ApiClient;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Sessions without a store: what a browser keeps says whose key it was, and ends with the key. */
export interface SessionSeal {
  /** The sealed session of the key with this secret; null: there is no such key. */
  begin(secret: string, now: number): string | null;
  /** Null when it is none of ours, is over, or its key is gone. */
  open(sealed: string, now: number): Session | null;
}

/** Every process with the same keys opens what another has sealed. */
export const sessionSeal = (
  encryptionKeys: readonly Uint8Array[],
  apiKeys: readonly ApiKey[],
): SessionSeal => {
  const ring = keyring(encryptionKeys);
  const authenticate = authentication(apiKeys);
  const clients = new Map(
    apiKeys.map(({ name, secret }) => [`${name} ${printOf(secret)}`, authenticate(`Bearer ${secret}`)]),
  );
  return {
    begin: (secret, now) => {
      const client = authenticate(`Bearer ${secret}`);
      if (!client) return null;
      const session = { name: client.name, print: printOf(secret), until: now + SESSION_MS };
      return ring.seal(PLACE, JSON.stringify(session)).toString("base64url");
    },
    open: (sealed, now) => {
      if (sealed.length > SEALED_MAX) return null;
      const plain = ring.open(PLACE, Buffer.from(sealed, "base64url"));
      if (!plain.ok) return null;
      const { name, print, until } = content.parse(JSON.parse(plain.value.toString("utf8")));
      const client = clients.get(`${name} ${print}`) ?? null;
      return client && now < until ? { client, until } : null;
    },
  };
};

/** Tells one secret of a name from the next one, and gives neither away. */
const printOf = (secret: string): string => hash("sha256", `session ${secret}`, "hex").slice(0, PRINT_DIGITS);
