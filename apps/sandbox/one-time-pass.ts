import { randomBytes, timingSafeEqual } from "node:crypto";

export interface OneTimePass {
  readonly value: string;
  /** What the pass stands for, once; null for another pass, and for every later call. */
  readonly redeem: (pass: string) => string | null;
}

const BYTES = 12;

/** Stands for a secret once: an address with it may stay in a terminal and in the history of a browser. */
export const oneTimePass = (secret: string): OneTimePass => {
  const value = randomBytes(BYTES).toString("base64url");
  const own = Buffer.from(value);
  let isUsed = false;
  return {
    value,
    redeem: (pass) => {
      const given = Buffer.from(pass);
      if (isUsed || given.length !== own.length || !timingSafeEqual(given, own)) return null;
      isUsed = true;
      return secret;
    },
  };
};
