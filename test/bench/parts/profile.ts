import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const FUNCTIONS_SHOWN = 30;
const FOLDERS_SHOWN = 14;

/** Where the time of the profiled processes went: by folder, then by function, as a share of the time at work. */
export const summariseProfiles = async (folder: string): Promise<string> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".cpuprofile"));
  const byFunction = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let busy = 0;
  for (const file of files) {
    const profile: CpuProfile = JSON.parse(await readFile(join(folder, file), "utf8"));
    const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
    for (const [at, id] of profile.samples.entries()) {
      const { functionName, url, lineNumber } = frames.get(id)!;
      if (functionName === "(idle)") continue;
      const micros = profile.timeDeltas[at]!;
      busy += micros;
      const place = placeOf(url, functionName);
      add(byPlace, place, micros);
      add(
        byFunction,
        `${functionName || "(anonymous)"} ${shortUrl(url)}${url === "" ? "" : `:${lineNumber + 1}`}`,
        micros,
      );
    }
  }
  const share = (micros: number) => `${((100 * micros) / busy).toFixed(1).padStart(6)} %`;
  const top = (times: Map<string, number>, count: number) =>
    [...times]
      .sort((a, b) => b[1] - a[1])
      .slice(0, count)
      .map(([name, micros]) => `${share(micros)}  ${name}`);
  return [
    `Profiles: ${folder}`,
    "Time at work by place",
    ...top(byPlace, FOLDERS_SHOWN),
    "Time at work by function, without what it calls",
    ...top(byFunction, FUNCTIONS_SHOWN),
  ].join("\n");
};

const add = (times: Map<string, number>, name: string, micros: number): void => {
  times.set(name, (times.get(name) ?? 0) + micros);
};

const root = new URL("../../../", import.meta.url).href;

const shortUrl = (url: string): string => url.replace(root, "");

const placeOf = (url: string, functionName: string): string => {
  if (url === "") return functionName.startsWith("(") ? functionName : "native";
  if (url.startsWith("node:")) return url.split("/").slice(0, 2).join("/");
  const [first = "", second = "", third = ""] = shortUrl(url).split("/");
  return first === "node_modules"
    ? `${second}${second.startsWith("@") ? `/${third}` : ""}`
    : `${first}/${second}`;
};
