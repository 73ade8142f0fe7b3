import { hash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { fileOfProject, importMap, modulesFrom } from "./modules.ts";

/** A page without a build step: TypeScript of this project, which the server makes into JavaScript once. */
export interface PageSource {
  readonly title: string;
  /** From the root of the project, such as `apps/console/main.ts`. */
  readonly entry: string;
  /** In the order in which they count. */
  readonly styles: readonly string[];
  /** An SVG. */
  readonly icon: string;
  /** What stands in the body until the script runs: trusted HTML. */
  readonly placeholder?: string;
}

export interface ServedFile {
  readonly type: string;
  readonly body: Buffer;
  /** Made when it is first asked for. */
  brotli(): Promise<Buffer>;
}

export interface Page {
  readonly html: ServedFile;
  readonly etag: string;
  readonly contentSecurityPolicy: string;
  /** By address; what an address names never changes. */
  readonly files: ReadonlyMap<string, ServedFile>;
}

/** Under which all files are served: behind it comes a digest of all of them. */
export const ASSETS = "/assets/";

/** Reads and strips everything. Throws when a file is missing or is no TypeScript that can be stripped. */
export const loadPage = ({ title, entry, styles, icon, placeholder = "" }: PageSource): Page => {
  const modules = [...modulesFrom(entry)].map(([path, code]) => ({
    path,
    type: "text/javascript; charset=utf-8",
    body: Buffer.from(code),
  }));
  const others = [
    ...styles.map((path) => ({ path, type: "text/css; charset=utf-8", body: fileOfProject(path) })),
    { path: icon, type: "image/svg+xml", body: fileOfProject(icon) },
  ];
  const all = [...modules, ...others];
  const digest = hash(
    "sha256",
    Buffer.concat(all.flatMap(({ path, body }) => [Buffer.from(path), body])),
    "hex",
  );
  const base = `${ASSETS}${digest.slice(0, 16)}`;
  const map = JSON.stringify(importMap(base));
  const html = [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<title>${title}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<link rel="icon" href="${base}/${icon}">`,
    ...styles.map((path) => `<link rel="stylesheet" href="${base}/${path}">`),
    `<script type="importmap">${map}</script>`,
    ...modules.map(({ path }) => `<link rel="modulepreload" href="${base}/${path}">`),
    `<script type="module" src="${base}/${entry}"></script>`,
    `<body>${placeholder}</body>`,
    "</html>",
    "",
  ].join("\n");
  return {
    html: servedFile("text/html; charset=utf-8", Buffer.from(html)),
    etag: `"${hash("sha256", html, "hex").slice(0, 16)}"`,
    contentSecurityPolicy: policyWith(hash("sha256", map, "base64")),
    files: new Map(all.map(({ path, type, body }) => [`${base}/${path}`, servedFile(type, body)])),
  };
};

/** Nothing from elsewhere, nothing inline but the import map, and no markup from a string but by lit-html. */
const policyWith = (importMapHash: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'sha256-${importMapHash}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
  ].join("; ");

const compress = promisify(brotliCompress);

const servedFile = (type: string, body: Buffer): ServedFile => {
  let compressed: Promise<Buffer> | null = null;
  return {
    type,
    body,
    brotli: () => {
      compressed ??= compress(body);
      return compressed;
    },
  };
};
