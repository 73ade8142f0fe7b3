import type { FaultBoard } from "#apps/simulator/faults.ts";
import { share } from "#apps/simulator/share.ts";
import type { Stats } from "#apps/simulator/stats.ts";
import type { Timers } from "#apps/simulator/timers.ts";
import type { CarrierCall, Handler } from "./exchange.ts";
import { replyJson } from "./replies.ts";

/** A request that is never answered is let go after this. */
const MUTE_MS = 300_000;

/** Answers for the carrier's interfaces, on good days and on bad ones. */
export const answerWithFaults = (
  faults: FaultBoard,
  stats: Stats,
  timers: Timers,
): ((call: CarrierCall) => Handler) => {
  const fails = share();
  const babbles = share();
  const drops = share();
  const mutes = share();

  return (call) => async (exchange) => {
    const { response } = exchange;
    const { status, errorPercent, garbagePercent, dropPercent, mutePercent } = faults.current().http ?? {};
    if (fails(errorPercent ?? (status === undefined ? 0 : 100))) {
      await exchange.body();
      await late();
      const code = String(status ?? 500);
      return replyJson(response, +code, { "error-code": code, "error-code-label": "simulated fault" });
    }
    if (babbles(garbagePercent ?? 0)) {
      await exchange.body();
      await late();
      response.writeHead(200, { "content-type": "application/json" });
      response.end('<html>{"message-count":');
      return;
    }
    const { status: code, body, contentType, afterwards } = await call(exchange);
    await late();
    if (drops(dropPercent ?? 0)) {
      stats.http.unanswered += 1;
      response.destroy();
    } else if (mutes(mutePercent ?? 0)) {
      stats.http.unanswered += 1;
      timers.after(MUTE_MS, () => response.destroy());
    } else replyJson(response, code, body, contentType);
    afterwards?.();
  };

  async function late(): Promise<void> {
    const ms = faults.answerDelayMs();
    if (ms > 0) await timers.pause(ms);
  }
};
