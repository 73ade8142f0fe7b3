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
    | "opt-out";
  readonly row: string;
}

/** AES-256-GCM under the newest of several keys. */
export interface Keyring {
  seal(aad: AssociatedData, plain: string | Uint8Array): Buffer;
  /** Throws when no key of the ring opens it or when it was changed or moved. */
  open(aad: AssociatedData, sealed: Uint8Array): Buffer;
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

/** `keys`: the first seals, all open. */
export const keyring = (keys: readonly Uint8Array[]): Keyring => {
  const derivations = new Map(keys.map((key) => derivationFrom(key)));
  const [newest] = derivations;
  if (newest === undefined) throw new Error("Cannot make a keyring without keys");
  const [newestId, sealingKey] = newest;
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = FORMAT;
  header.write(newestId, 1, "hex");
  const nonce = header.subarray(1 + KEY_ID_BYTES);
  return {
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
      if (sealed[0] !== FORMAT || sealed.length < HEADER_BYTES + TAG_BYTES) {
        throw new Error(`Cannot open a sealed ${aad.purpose}: it is damaged`);
      }
      const keyId = keyIdIn(sealed);
      const keyFor = derivations.get(keyId);
      if (!keyFor) {
        throw new Error(`Cannot open a sealed ${aad.purpose}: its key ${keyId} is not in the keyring`);
      }
      const nonce = sealed.subarray(1 + KEY_ID_BYTES, HEADER_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", keyFor(aad), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(bytesOf(aad));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const plain = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES));
      decipher.final();
      return plain;
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

/** Names a key without giving anything of it away. */
const keyIdOf = (key: Uint8Array): string => {
  if (key.length !== KEY_BYTES) throw new Error(`Cannot use an encryption key of ${key.length} bytes`);
  return hash("sha256", Buffer.concat([Buffer.from("key id "), key]), "hex").slice(0, 2 * KEY_ID_BYTES);
};

const keyIdIn = (sealed: Uint8Array): string =>
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
