import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Node itself is given another build of the package, one folder below its root. */
const LIT_HTML = dirname(dirname(createRequire(import.meta.url).resolve("lit-html")));
/** What a page may be made of: everything else is for servers, and is never served. */
const ROOMS = ["core/", "apps/console/", "apps/client/", "apps/reference/", "lit-html/"];

/** The path of each served module, from the root of the project, with its JavaScript. */
export type Modules = ReadonlyMap<string, string>;

/** How a page's modules name what is not in their own folder; `base` is the address under which all are served. */
export const importMap = (base: string) => ({
  imports: {
    "#core/": `${base}/core/`,
    "#apps/": `${base}/apps/`,
    "lit-html": `${base}/lit-html/lit-html.js`,
    "lit-html/": `${base}/lit-html/`,
  },
});

/** The entry and everything that it imports, types taken away. Throws for an import that a browser cannot follow. */
export const modulesFrom = (entry: string): Modules => {
  const modules = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    const code = codeOf(path);
    modules.set(path, code);
    waiting.push(...importsOf(path, code));
  }
  return modules;
};

/** A file of the project as it is, such as a style sheet. */
export const fileOfProject = (path: string): Buffer => readFileSync(placeOf(path));

/** Positions stay, so that no source map is needed. */
const codeOf = (path: string): string => {
  const source = fileOfProject(path).toString("utf8");
  return path.endsWith(".ts")
    ? stripTypeScriptTypes(source)
    : source.replace(/\/\/# sourceMappingURL=.*/, "");
};

const IMPORT = /(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{},\s]*?\bfrom\s*)?["']([^"']+)["']/g;

const importsOf = (path: string, code: string): readonly string[] =>
  [...code.matchAll(IMPORT)].map(([, name]) => targetOf(path, name!));

const targetOf = (path: string, name: string): string => {
  if (name === "lit-html") return "lit-html/lit-html.js";
  if (name.startsWith("lit-html/")) return name;
  const target = name.startsWith("#") ? name.slice(1) : posix.join(posix.dirname(path), name);
  if (name.startsWith("#") || name.startsWith(".")) return target;
  throw new Error(`${path} imports ${name}, which no browser has`);
};

const placeOf = (path: string): string => {
  if (path.includes("..") || !ROOMS.some((room) => path.startsWith(room)))
    throw new Error(`${path} is not for browsers`);
  const place = path.startsWith("lit-html/")
    ? resolve(LIT_HTML, path.slice("lit-html/".length))
    : resolve(ROOT, path);
  if (!existsSync(place)) throw new Error(`${path} is imported and does not exist`);
  return realpathSync(place);
};
