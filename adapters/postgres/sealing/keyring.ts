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
import { fail, ok, type Result } from "#core/result.ts";

/** What is sealed, and in which row: a sealed value opens only where it was put. */
export interface AssociatedData {
  readonly purpose:
    | "secret"
    | "conversation"
    | "reason"
    | "participant"
    | "route"
    | "message"
    | "part"
    | "answer"
    | "opt-out"
    | "hooks"
    | "webhook"
    | "webhook-answer"
    | "session"
    | "line"
    | "erased"
    | "hold";
  readonly row: string;
}

/** A sealed value that does not open. */
export interface Unreadable extends AssociatedData {
  /** `damaged`: it was changed, or moved from where it was put. `unknown-key`: another process may have the key. */
  readonly reason: "damaged" | "unknown-key";
  readonly keyId: string;
}

/** AES-256-GCM under the newest of several keys. */
export interface Keyring {
  /** Ids of the keys, the newest first: 8 hexadecimal digits. They give nothing of the keys away. */
  readonly keyIds: readonly string[];
  seal(aad: AssociatedData, plain: string | Uint8Array): Buffer;
  open(aad: AssociatedData, sealed: Uint8Array): Result<Buffer, Unreadable>;
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
/** How many derived keys of one purpose are kept at hand. */
const DERIVED_MAX = 1_000;
/**
 * Of a row's name this much goes into its key. Of a UUIDv7 that is its time to 4.7 hours: random nonces are safe for 2^32
 * values under one key (NIST SP 800-38D §8.3), which a busy system would reach within days under a single one.
 */
const PERIOD_CHARACTERS = 6;

/** `keys`: 32 random bytes each; the first seals, all open. Throws when a key is repeated or all zeros, or when there is none. */
export const keyring = (keys: readonly Uint8Array[]): Keyring => {
  if (keys.some(isZero)) throw new Error("Cannot use an encryption key of zeros");
  const derivations = new Map(keys.map((key) => derivationFrom(key)));
  if (derivations.size < keys.length) throw new Error("Cannot use an encryption key twice");
  const [newest] = derivations;
  if (newest === undefined) throw new Error("Cannot make a keyring without keys");
  const [newestId, sealingKey] = newest;
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = FORMAT;
  header.write(newestId, 1, "hex");
  const nonce = header.subarray(1 + KEY_ID_BYTES);
  return {
    keyIds: [...derivations.keys()],
    seal: (aad, plain) => {
      fillWithRandomness(nonce);
      const cipher = createCipheriv("aes-256-gcm", sealingKey(aad), nonce);
      cipher.setAAD(bytesOf(aad));
      const body = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
      cipher.final();
      const sealed = Buffer.allocUnsafe(HEADER_BYTES + body.length + TAG_BYTES);
      sealed.set(header);
      sealed.set(body, HEADER_BYTES);
      sealed.set(cipher.getAuthTag(), HEADER_BYTES + body.length);
      return sealed;
    },
    open: (aad, sealed) => {
      const keyId = keyIdIn(sealed);
      if (sealed[0] !== FORMAT || sealed.length < HEADER_BYTES + TAG_BYTES) {
        return fail({ ...aad, reason: "damaged", keyId });
      }
      const keyFor = derivations.get(keyId);
      if (!keyFor) return fail({ ...aad, reason: "unknown-key", keyId });
      const nonce = sealed.subarray(1 + KEY_ID_BYTES, HEADER_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", keyFor(aad), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(bytesOf(aad));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const plain = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES));
        decipher.final();
        return ok(plain);
      } catch {
        return fail({ ...aad, reason: "damaged", keyId });
      }
    },
    isCurrent: (sealed) => keyIdIn(sealed) === newestId,
  };
};

type KeyFor = (aad: AssociatedData) => KeyObject;

/** A master key by its id, and the keys that it gives. */
const derivationFrom = (master: Uint8Array): readonly [string, KeyFor] => {
  const keyId = keyIdOf(master);
  const byPurpose = new Map<string, LRUCache<string, KeyObject>>();
  const keysFor = (purpose: string): LRUCache<string, KeyObject> => {
    const memoMethod = (period: string): KeyObject => {
      const info = `seal ${keyId} ${purpose} ${period}`;
      return createSecretKey(Buffer.from(hkdfSync("sha256", master, "", info, KEY_BYTES)));
    };
    const keys = new LRUCache<string, KeyObject>({ max: DERIVED_MAX, memoMethod });
    byPurpose.set(purpose, keys);
    return keys;
  };
  const keyFor: KeyFor = ({ purpose, row }) =>
    (byPurpose.get(purpose) ?? keysFor(purpose)).memo(row.slice(0, PERIOD_CHARACTERS));
  return [keyId, keyFor];
};

const isZero = (key: Uint8Array): boolean => key.every((byte) => byte === 0);

/** Names a key without giving anything of it away. */
const keyIdOf = (key: Uint8Array): string => {
  if (key.length !== KEY_BYTES) throw new Error(`Cannot use an encryption key of ${key.length} bytes`);
  return hash("sha256", Buffer.concat([Buffer.from("key id "), key]), "hex").slice(0, 2 * KEY_ID_BYTES);
};

/** The id of the key that sealed a value. */
export const keyIdIn = (sealed: Uint8Array): string =>
  Buffer.from(sealed.subarray(1, 1 + KEY_ID_BYTES)).toString("hex");

let associated = Buffer.alloc(0);

/** The row's name, in octets. Most rows have names of one length: the buffer of one serves the next. */
const bytesOf = ({ row }: AssociatedData): Buffer => {
  const length = Buffer.byteLength(row);
  if (associated.length !== length) associated = Buffer.alloc(length);
  associated.write(row);
  return associated;
};

/** Random bytes are dear one by one. */
const randomness = Buffer.alloc(NONCE_BYTES * 512);
let randomnessAt = randomness.length;

const fillWithRandomness = (nonce: Buffer): void => {
  if (randomnessAt === randomness.length) {
    randomFillSync(randomness);
    randomnessAt = 0;
  }
  randomnessAt += randomness.copy(nonce, 0, randomnessAt, randomnessAt + NONCE_BYTES);
};
