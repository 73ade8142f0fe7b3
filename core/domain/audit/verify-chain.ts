import { type AuditEntry, CHAIN_START, type ChainEnd, entryText, type Sha256 } from "./entry.ts";
import { type AuditHead, headText } from "./head.ts";

/** The first thing that is wrong with a chain. */
export interface BrokenChain {
  /** Of the entry. */
  readonly position: number;
  /** A sentence without values. */
  readonly detail: string;
}

/** `isSigned`: whether a signature is that of a text, by the key of this id; null: the key is not known. */
export interface ChainVerification {
  readonly sha256: Sha256;
  readonly isSigned: (keyId: string, text: string, signature: string) => boolean | null;
}

export interface ChainCheck {
  /** The next entries, and the heads that name one of them. Answers what is wrong first; null: nothing. */
  follow(entries: readonly AuditEntry[], heads: readonly AuditHead[]): BrokenChain | null;
  /** Up to here all is well. */
  readonly end: () => ChainEnd;
  /** Heads that were signed with the known key, and heads that could not be checked. */
  readonly heads: () => { readonly verified: number; readonly unsigned: number };
}

/** Checks a chain from its start, page by page. */
export const checkChain = ({ sha256, isSigned }: ChainVerification): ChainCheck => {
  let end = CHAIN_START;
  let verified = 0;
  let unsigned = 0;
  const wrongHead = (head: AuditHead): string | null => {
    if (head.hash !== end.hash) return "a signed head names another hash: the chain was written anew";
    if (head.keyId === null || head.signature === null) {
      unsigned += 1;
      return null;
    }
    const signed = isSigned(head.keyId, headText(head), head.signature);
    if (signed === false) return "the signature of a head is wrong";
    if (signed) verified += 1;
    else unsigned += 1;
    return null;
  };
  return {
    follow: (entries, heads) => {
      for (const entry of entries) {
        const position = end.position + 1;
        if (entry.position !== position) return { position, detail: "the entry is missing" };
        if (sha256(end.hash + entryText(entry)) !== entry.hash)
          return { position, detail: "the hash is not that of the entry and the one before" };
        end = { position, hash: entry.hash };
        for (const head of heads) {
          const detail = head.position === position ? wrongHead(head) : null;
          if (detail !== null) return { position, detail };
        }
      }
      return null;
    },
    end: () => end,
    heads: () => ({ verified, unsigned }),
  };
};
