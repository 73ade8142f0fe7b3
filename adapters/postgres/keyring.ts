import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import { LRUCache } from "lru-cache";

/** What is sealed, and in which row: a sealed value opens only where it was put. */
export interface Place {
  readonly purpose:
    | "secret"
    | "conversation"
    | "reason"
    | "participant"
    | "route"
    | "message"
    | "part"
    | "answer";
  readonly row: string;
}

/** AES-256-GCM under the newest of several keys. */
export interface Keyring {
  seal(place: Place, plain: string | Uint8Array): Buffer;
  /** Throws when no key of the ring opens it or when it was changed or moved. */
  open(place: Place, sealed: Uint8Array): Buffer;
  /** Whether the newest key sealed it. */
  isCurrent(sealed: Uint8Array): boolean;
}

const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;
/** Format, key id, nonce; then the ciphertext, then the tag. */
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;
/** How many derived keys are kept at hand. */
const DERIVED_MAX = 1_000;
/**
 * Of a row's name this much goes into its key. Of a UUIDv7 that is its time to 4.7 hours: random nonces are safe for 2^32
 * values under one key (NIST SP 800-38D §8.3), which a busy system would reach within days under a single one.
 */
const PERIOD_CHARACTERS = 6;

/** `keys`: the first seals, all open. */
export const keyring = (keys: readonly Uint8Array[]): Keyring => {
  const masters = new Map(keys.map((key) => [keyIdOf(key), key]));
  const [newest] = masters.keys();
  if (newest === undefined) throw new Error("Cannot make a keyring without keys");
  const derived = new LRUCache<string, KeyObject>({ max: DERIVED_MAX });

  const keyFor = (keyId: string, { purpose, row }: Place): KeyObject => {
    const name = `${keyId} ${purpose} ${row.slice(0, PERIOD_CHARACTERS)}`;
    const known = derived.get(name);
    if (known) return known;
    const master = masters.get(keyId);
    if (!master) throw new Error(`Cannot open a sealed ${purpose}: its key ${keyId} is not in the keyring`);
    const key = createSecretKey(Buffer.from(hkdfSync("sha256", master, "", `seal ${name}`, KEY_BYTES)));
    derived.set(name, key);
    return key;
  };

  const prefix = Buffer.concat([Buffer.of(FORMAT), Buffer.from(newest, "hex")]);
  return {
    seal: (place, plain) => {
      const nonce = nextNonce();
      const cipher = createCipheriv("aes-256-gcm", keyFor(newest, place), nonce);
      cipher.setAAD(Buffer.from(place.row));
      const body = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
      cipher.final();
      const sealed = Buffer.allocUnsafe(HEADER_BYTES + body.length + TAG_BYTES);
      sealed.set(prefix);
      sealed.set(nonce, prefix.length);
      sealed.set(body, HEADER_BYTES);
      sealed.set(cipher.getAuthTag(), HEADER_BYTES + body.length);
      return sealed;
    },
    open: (place, sealed) => {
      if (sealed[0] !== FORMAT || sealed.length < HEADER_BYTES + TAG_BYTES) {
        throw new Error(`Cannot open a sealed ${place.purpose}: it is damaged`);
      }
      const nonce = sealed.subarray(1 + KEY_ID_BYTES, HEADER_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", keyFor(keyIdIn(sealed), place), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(place.row));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const plain = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES));
      decipher.final();
      return plain;
    },
    isCurrent: (sealed) => keyIdIn(sealed) === newest,
  };
};

/** Names a key without giving anything of it away. */
const keyIdOf = (key: Uint8Array): string => {
  if (key.length !== KEY_BYTES) throw new Error(`Cannot use an encryption key of ${key.length} bytes`);
  return hash("sha256", Buffer.concat([Buffer.from("key id "), key]), "hex").slice(0, 2 * KEY_ID_BYTES);
};

const keyIdIn = (sealed: Uint8Array): string =>
  Buffer.from(sealed.subarray(1, 1 + KEY_ID_BYTES)).toString("hex");

/** Random bytes are dear one by one. */
const nonces = Buffer.alloc(NONCE_BYTES * 512);
let nonceAt = nonces.length;

const nextNonce = (): Buffer => {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonceAt += NONCE_BYTES;
  return nonces.subarray(nonceAt - NONCE_BYTES, nonceAt);
};
