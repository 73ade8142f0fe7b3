import type { Body, Calls } from "./calls.ts";
import { linesOf } from "./lines.ts";
import type { CallOptions, Transport } from "./transport.ts";
import type { Operations } from "./types.gen.ts";

export type BroadcastLine = Body<"sendBroadcast">[number];

type Query = Operations["sendBroadcast"]["query"];

export interface BroadcastOptions
  extends CallOptions,
    Readonly<Pick<Query, "service" | "startAt" | "expiresAfter">> {
  /** Texts a second at most; absent: as fast as the links allow. */
  readonly rate?: number | undefined;
  /** Checks and counts, and sends nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What has become of a line. */
export interface BroadcastResult {
  /** From 1. */
  readonly line: number;
  /** As the line had it. */
  readonly ref: string | null;
  /** More states may come. */
  readonly state: NonNullable<Operations["listBroadcastResults"]["query"]["state"]> | (string & {});
  /** Null: it was not queued. */
  readonly messageId: string | null;
  readonly failure: { readonly code: string; readonly detail: string } | null;
}

/** Many texts at once, after what people write to each other. */
export const broadcastCalls = ({ call }: Calls, transport: Transport) => {
  const move =
    <N extends "pauseBroadcast" | "resumeBroadcast" | "cancelBroadcast">(path: Operations[N]["path"]) =>
    (id: string, options?: CallOptions) =>
      call<N>("POST", path, { params: { id } } as never, options);
  return {
    /**
     * Up to 100,000 lines, from a list or from whatever makes them one by one. They are collected before anything is sent, so that the call
     * can be made again without sending anything twice; a run of your own that is repeated names its `idempotencyKey`.
     */
    send: async (
      lines: Iterable<BroadcastLine> | AsyncIterable<BroadcastLine>,
      { service, startAt, expiresAfter, rate, dryRun, ...options }: BroadcastOptions = {},
    ): Promise<Operations["sendBroadcast"]["answer"]> => {
      const written: string[] = [];
      for await (const line of lines) written.push(JSON.stringify(line));
      const answer = await transport.send({
        ...{ method: "POST", path: "/v1/broadcasts", lines: written.join("\n"), ...options },
        query: { service, startAt, expiresAfter, rate, dryRun },
      });
      return answer.body as Operations["sendBroadcast"]["answer"];
    },
    /** How far it has come. */
    get: (id: string, options?: CallOptions) =>
      call<"getBroadcast">("GET", "/v1/broadcasts/{id}", { params: { id } }, options),
    /** What has become of each line, in the order of the lines, as it is read. */
    results: (
      id: string,
      { state, signal }: Operations["listBroadcastResults"]["query"] & Pick<CallOptions, "signal"> = {},
    ): AsyncIterable<BroadcastResult> =>
      linesOf<BroadcastResult>(transport, {
        ...{ method: "GET", path: `/v1/broadcasts/${encodeURIComponent(id)}/results` },
        ...{ query: { state }, signal },
      }),
    /** Holds back the lines that are not in the queue yet. */
    pause: move<"pauseBroadcast">("/v1/broadcasts/{id}/pause"),
    resume: move<"resumeBroadcast">("/v1/broadcasts/{id}/resume"),
    /** Ends it, and takes back what has not left. */
    cancel: move<"cancelBroadcast">("/v1/broadcasts/{id}/cancel"),
  };
};
