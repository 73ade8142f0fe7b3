import { hash, timingSafeEqual } from "node:crypto";

export type Scope = "admin" | "read";

/** Who may ask, and what. */
export interface ApiKey {
  readonly name: string;
  readonly secret: string;
  readonly scope: Scope;
  /** Id or slug of the only service that it sees; null: all. */
  readonly service: string | null;
}

export type ApiClient = Omit<ApiKey, "secret">;

/** Tells who presents an `Authorization` header; null: nobody we know. */
export type Authenticate = (authorization: string | undefined) => ApiClient | null;

const SECRET_LENGTH_MAX = 1_000;

/**
 * Looks through all keys, and compares digests in constant time: how long it takes tells nothing about any secret.
 */
export const authentication = (keys: readonly ApiKey[]): Authenticate => {
  const known = keys.map(({ secret, ...client }) => ({
    client,
    digest: digestOf(secret),
  }));
  return (authorization = "") => {
    const [, secret] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
    if (secret === undefined || secret.length > SECRET_LENGTH_MAX) return null;
    const digest = digestOf(secret);
    let found: ApiClient | null = null;
    for (const key of known) if (timingSafeEqual(key.digest, digest)) found = key.client;
    return found;
  };
};

/** Keys hold chance enough for a digest without salt or stretching. */
const digestOf = (secret: string): Buffer => hash("sha256", secret, "buffer");
