import { hash } from "node:crypto";
import type { Middleware } from "koa";
import type { Endpoint } from "#apps/api/endpoint.ts";
import { namesTag } from "#apps/api/etags.ts";
import { openApiDocument } from "./document.ts";

/** Serves `/openapi.json`, which needs no key: made once, and not sent again to who has it. */
export const openApiServed = (endpoints: readonly Endpoint[]): Middleware => {
  const text = JSON.stringify(openApiDocument(endpoints));
  const etag = `"${hash("sha256", text, "base64url").slice(0, 22)}"`;
  return (context) => {
    context.set({ ETag: etag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" });
    context.status = 200;
    if (namesTag(context.get("if-none-match"), etag)) {
      context.status = 304;
      return;
    }
    context.type = "application/json";
    context.body = text;
  };
};
