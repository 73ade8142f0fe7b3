import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";

const s = new Session();
s.connect();
setTimeout(
  () =>
    s.post("HeapProfiler.startSampling", {
      samplingInterval: 8192,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    } as any),
  4000,
);
setTimeout(
  () =>
    s.post("HeapProfiler.stopSampling", (_e: any, r: any) => {
      const by = new Map<string, number>();
      let total = 0;
      const walk = (n: any) => {
        const k = `${n.callFrame.functionName || "(anon)"} ${n.callFrame.url.split("/").slice(-3).join("/")}:${n.callFrame.lineNumber + 1}`;
        by.set(k, (by.get(k) ?? 0) + n.selfSize);
        total += n.selfSize;
        for (const c of n.children) walk(c);
      };
      walk(r.profile.head);
      writeFileSync(
        "/tmp/prof/heap.txt",
        `total ${total}\n` +
          [...by]
            .sort((a, b) => b[1] - a[1])
            .slice(0, 45)
            .map(([k, v]) => `${((100 * v) / total).toFixed(1).padStart(5)}% ${k}`)
            .join("\n"),
      );
    }),
  9000,
);
await import("./storeless-gateway.ts");
