import type { Account } from "#apps/simulator/options.ts";
import { isSignedBy, type Params } from "#apps/simulator/webhooks/signature.ts";

/** How a request says who it is: Basic, `api_key` and `api_secret`, or `api_key`, `timestamp` and `sig`. */
export type Authentication =
  | "ok"
  | "missing"
  | "wrong-credentials"
  | "wrong-signature"
  | "signature-and-secret";

export const authenticate = (
  account: Account,
  authorization: string | undefined,
  params: Params,
): Authentication => {
  const basic = basicCredentials(authorization);
  if (params.sig !== undefined) {
    if (basic || params.api_secret !== undefined) return "signature-and-secret";
    if (params.api_key !== account.apiKey) return "wrong-credentials";
    const secret = account.signatureSecret;
    const isSigned =
      secret !== undefined &&
      params.timestamp !== undefined &&
      isSignedBy(params, secret, account.signatureMethod);
    return isSigned ? "ok" : "wrong-signature";
  }
  const key = basic?.key ?? params.api_key;
  const secret = basic?.secret ?? params.api_secret;
  if (key === undefined || secret === undefined) return "missing";
  return key === account.apiKey && secret === account.apiSecret ? "ok" : "wrong-credentials";
};

const basicCredentials = (authorization: string | undefined) => {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [key = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { key, secret: secret.join(":") };
};
