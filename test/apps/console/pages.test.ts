import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPage } from "#apps/api/pages/page.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const addressesIn = (html: string): readonly string[] =>
  [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, address]) => address!);

describe("a page without a build step", () => {
  test("is served to browsers at the front, and machines still get JSON there", async () => {
    const page = await fetch(api.url, { headers: HTML });
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("vary")).toContain("Accept");
    const machine = await fetch(api.url);
    expect(machine.headers.get("content-type")).toContain("application/json");
  });

  test("that stands alone at its address is served to whoever asks for it", async () => {
    const page = await fetch(`${api.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  test("brings all its files under addresses that never change", async () => {
    const html = await (await fetch(api.url, { headers: HTML })).text();
    const addresses = addressesIn(html);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      const file = await fetch(`${api.url}${address}`);
      expect(file.status).toBe(200);
      expect(file.headers.get("cache-control")).toContain("immutable");
    }
  });

  test("gives JavaScript that a browser can read: no types, no bare names but those of the import map", async () => {
    const html = await (await fetch(api.url, { headers: HTML })).text();
    const entry = addressesIn(html).find((address) => address.endsWith("console/main.ts"))!;
    const file = await fetch(`${api.url}${entry}`);
    expect(file.headers.get("content-type")).toContain("text/javascript");
    expect(await file.text()).not.toMatch(/^import type/m);
  });

  test("is compressed once for who takes that", async () => {
    const headers = { ...HTML, "accept-encoding": "br" };
    const page = await fetch(api.url, { headers });
    expect(page.headers.get("content-encoding")).toBe("br");
    const { html } = loadPage({
      title: "t",
      entry: "apps/console/main.ts",
      styles: [],
      icon: "apps/console/icon.svg",
    });
    expect(brotliDecompressSync(await html.brotli())).toEqual(html.body);
  });

  test("costs nothing when it has not changed", async () => {
    const first = await fetch(api.url, { headers: HTML });
    const again = await fetch(api.url, {
      headers: { ...HTML, "if-none-match": first.headers.get("etag")!, "cache-control": "max-age=0" },
    });
    expect(again.status).toBe(304);
  });

  test("cannot be framed, and runs nothing but its own files", async () => {
    const { headers } = await fetch(api.url, { headers: HTML });
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });

  test("never serves what is for servers", () => {
    const source = { title: "t", styles: [], icon: "apps/console/icon.svg" };
    expect(() => loadPage({ ...source, entry: "apps/api/main.ts" })).toThrow("not for browsers");
    expect(() => loadPage({ ...source, entry: "apps/console/../api/main.ts" })).toThrow("not for browsers");
  });
});
