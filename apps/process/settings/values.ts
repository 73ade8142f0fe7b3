import { isIP } from "node:net";
import { parseDuration } from "#core/domain/duration.ts";
import { fail, ok, type Result } from "#core/result.ts";

/** Reads one setting. The failure completes "NAME ..."; it never repeats the text, which may be a secret. */
export type Read<T> = (text: string) => Result<T, string>;

export interface ApiKey {
  readonly name: string;
  readonly secret: string;
  readonly scope: "admin" | "read";
  /** Id or slug of the only service that it sees; null: all. */
  readonly service: string | null;
}

export interface SmppAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Far more than anybody needs, so that a list in the environment stays a list. */
const LIST_LENGTH_MAX = 100;
const ENCRYPTION_KEY_BYTES = 32;

export const words: Read<string> = (text) => ok(text);

export const wholeNumber =
  (min: number, max: number): Read<number> =>
  (text) => {
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? ok(value) : fail(`must be a whole number from ${min} to ${max}`);
  };

/** Port 0 stands for any free one. */
export const port: Read<number> = wholeNumber(0, 65_535);

export const duration =
  (minMs: number): Read<number> =>
  (text) => {
    const ms = parseDuration(text);
    return ms.ok && ms.value < minMs ? fail("must be longer") : ms;
  };

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Read<T> =>
  (text) => {
    const found = allowed.find((each) => each === text);
    return found === undefined ? fail(`must be one of ${allowed.join(", ")}`) : ok(found);
  };

export const flag: Read<boolean> = (text) =>
  text === "true" || text === "false" ? ok(text === "true") : fail("must be true or false");

const listOf =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (text) => {
    const entries = text.split(",").map((entry) => read(entry.trim()));
    if (entries.length > LIST_LENGTH_MAX) return fail(`must have at most ${LIST_LENGTH_MAX} entries`);
    const values: T[] = [];
    for (const [index, entry] of entries.entries()) {
      if (!entry.ok) return entries.length === 1 ? entry : fail(`${entry.error} (entry ${index + 1})`);
      values.push(entry.value);
    }
    return ok(values);
  };

const isRepeated = (names: readonly string[]): boolean => new Set(names).size < names.length;

const address = (text: string, protocols: readonly string[]): URL | undefined => {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== "" ? url : undefined;
};

/** An `http:` or `https:` address without a slash at its end. */
export const webAddress: Read<string> = (text) => {
  const url = address(text, ["http:", "https:"]);
  if (url === undefined) return fail("must be an address that begins with http:// or https://");
  if (url.username !== "" || url.password !== "") return fail("must not hold a user or a password");
  if (url.search !== "" || url.hash !== "") return fail("must not hold a query or a fragment");
  return ok(url.href.replace(/\/+$/, ""));
};

/** A host, or the folder of a Unix socket: `postgresql://user:password@/name?host=/var/run/postgresql`. */
export const databaseAddress: Read<string> = (text) => {
  // With a user and no host it is no address to Node, but one to PostgreSQL.
  const url = URL.parse(text.replace("@/", "@socket/"));
  const socket = url?.searchParams.get("host");
  const isAddress =
    url !== null &&
    ["postgres:", "postgresql:"].includes(url.protocol) &&
    (socket?.startsWith("/") || (url.hostname !== "" && !text.includes("@/")));
  return isAddress ? ok(text) : fail("must be an address that begins with postgres:// and names a host");
};

const smppAddress: Read<SmppAddress> = (text) => {
  const url = address(text, ["smpp:", "smpps:"]);
  if (url === undefined || url.port === "" || url.port === "0") {
    return fail("must hold addresses such as smpp://host:port or smpps://host:port");
  }
  if (url.username !== "" || url.password !== "") return fail("must not hold a user or a password");
  if (!["", "/"].includes(url.pathname) || url.search !== "")
    return fail("must not hold a path after the port");
  return ok({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port),
    tls: url.protocol === "smpps:",
  });
};

/** The same address may stand there several times: one bind each. */
export const smppAddresses: Read<readonly SmppAddress[]> = listOf(smppAddress);

const apiKey: Read<ApiKey> = (text) => {
  const [name = "", secret = "", scope = "admin", service = null, ...rest] = text.split(":");
  if (name === "" || secret === "" || service === "" || rest.length > 0)
    return fail("must hold keys written name:secret, name:secret:scope or name:secret:scope:service");
  if (scope !== "admin" && scope !== "read")
    return fail("must have the scope admin or read after the second colon");
  return ok({ name, secret, scope, service });
};

export const apiKeys: Read<readonly ApiKey[]> = (text) => {
  const keys = listOf(apiKey)(text);
  if (!keys.ok) return keys;
  if (isRepeated(keys.value.map(({ name }) => name))) return fail("must not name two keys the same");
  if (isRepeated(keys.value.map(({ secret }) => secret)))
    return fail("must not give two keys the same secret");
  return keys;
};

const encryptionKey: Read<Uint8Array> = (text) => {
  const bytes = Buffer.from(text, "base64");
  const exact = bytes.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  if (!exact) return fail("must be base64");
  if (bytes.length !== ENCRYPTION_KEY_BYTES) {
    return fail(`must be ${ENCRYPTION_KEY_BYTES} bytes in base64, not ${bytes.length}`);
  }
  if (bytes.every((byte) => byte === 0)) return fail("must be random, not zeros");
  return ok(new Uint8Array(bytes));
};

/** 32 octets of chance: the private key of Ed25519. */
export const signingKey: Read<Uint8Array> = encryptionKey;

/** Newest first: the first one seals, all of them open. */
export const encryptionKeys: Read<readonly Uint8Array[]> = (text) => {
  const keys = listOf(encryptionKey)(text);
  if (!keys.ok) return keys;
  return isRepeated(keys.value.map((key) => Buffer.from(key).toString("hex")))
    ? fail("must not repeat a key")
    : keys;
};

/** How many numbers may be rented per country (ISO 3166, two letters). */
export const rentLimits: Read<ReadonlyMap<string, number>> = (text) => {
  const limits = listOf<readonly [string, number]>((entry) => {
    const [, country, count] = /^([A-Z]{2}):([0-9]{1,6})$/.exec(entry) ?? [];
    return country === undefined || count === undefined
      ? fail("must hold countries and how many numbers at most, such as GB:20,US:50")
      : ok([country, Number(count)]);
  })(text);
  if (!limits.ok) return limits;
  return isRepeated(limits.value.map(([country]) => country))
    ? fail("must not name a country twice")
    : ok(new Map(limits.value));
};

const network: Read<string> = (text) => {
  const [address = "", bits = "", ...rest] = text.split("/");
  const family = isIP(address);
  const isPrefix = /^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  return family !== 0 && !address.includes("%") && isPrefix && rest.length === 0
    ? ok(text)
    : fail("must hold networks such as 10.0.0.0/8 or fd00::/8");
};

/** In CIDR notation. */
export const networks: Read<readonly string[]> = listOf(network);

/** A PEM text, whose line ends may be written as \n, or the path of a file that holds one. */
export const privateKey: Read<string> = (text) => ok(text.replaceAll("\\n", "\n"));
