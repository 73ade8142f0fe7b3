import type { Context } from "koa";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request with a session comes from a page of ours. Browsers say so in Sec-Fetch-Site (W3C Fetch Metadata); the few
 * that do not still name the origin of whatever changes something.
 */
export const isSameOrigin = (context: Context): boolean => {
  const site = context.get("sec-fetch-site");
  const isSafe = SAFE.has(context.method);
  if (site !== "") return site === "same-origin" || (isSafe && site === "none");
  const origin = context.get("origin");
  if (origin === "") return isSafe;
  return URL.parse(origin)?.host === context.host;
};
