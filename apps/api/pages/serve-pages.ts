import type { Context, Middleware } from "koa";
import { ASSETS, loadPage, type Page, type PageSource, type ServedFile } from "./page.ts";

/** A page and where it stands. */
export interface PageAt {
  readonly source: PageSource;
  /** Whether this path (without a query) shows the page. */
  readonly isAt: (path: string) => boolean;
  /** Programs find something else there, and get the page only if they ask for `text/html`. */
  readonly isBesideJson: boolean;
}

export interface ServedPages {
  readonly middleware: Middleware;
  /** Reads all pages now instead of at the first request. Throws when one cannot be made. */
  load(): void;
}

/** A year, as long as HTTP caches keep anything (seconds). */
const FOREVER_S = 31_536_000;

/** Pages for people; everything else goes on to whatever comes behind. */
export const servePages = (pages: readonly PageAt[]): ServedPages => {
  const served = pages.map(({ source, ...place }) => ({ ...place, page: onceRead(source) }));

  const middleware: Middleware = async (context, next) => {
    if (context.method !== "GET" && context.method !== "HEAD") return next();
    if (context.path.startsWith(ASSETS)) return asset(context, next);
    const found = served.find(({ isAt }) => isAt(context.path));
    if (!found) return next();
    context.vary("Accept");
    const types = found.isBesideJson ? ["application/json", "text/html"] : ["text/html"];
    if (context.accepts(types) !== "text/html") return next();
    const { html, etag, contentSecurityPolicy } = found.page();
    context.set({
      "Content-Security-Policy": contentSecurityPolicy,
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      // It names the files, which may be others at the next visit.
      "Cache-Control": "no-cache",
      ETag: etag,
    });
    context.status = 200;
    if (context.fresh) {
      context.status = 304;
      return;
    }
    await send(context, html);
  };

  const asset = async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    const file = served.map(({ page }) => page().files.get(context.path)).find((each) => each !== undefined);
    if (!file) return void (await next());
    context.set({
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": `public, max-age=${FOREVER_S}, immutable`,
    });
    await send(context, file);
  };

  return {
    middleware,
    load: () => {
      for (const { page } of served) page();
    },
  };
};

const send = async (context: Context, file: ServedFile): Promise<void> => {
  context.vary("Accept-Encoding");
  const isCompressed = context.acceptsEncodings("br", "identity") === "br";
  if (isCompressed) context.set("Content-Encoding", "br");
  context.body = isCompressed ? await file.brotli() : file.body;
  context.type = file.type;
};

const onceRead = (source: PageSource): (() => Page) => {
  let page: Page | null = null;
  return () => {
    page ??= loadPage(source);
    return page;
  };
};
