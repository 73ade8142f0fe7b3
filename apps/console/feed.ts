import type { FeedEvent } from "./model.ts";

export interface Feed {
  /** Begins again, as after signing in; nothing happens while it runs. */
  open(): void;
  close(): void;
}

const CHANNEL = "sms-proxy events";
/** A browser that was told off tries again after this long (milliseconds). */
const RETRY_MS = 5_000;

/**
 * The events of the API as they happen. A browser opens six connections to a host over HTTP/1.1 and a stream holds one for good, so
 * all tabs share one stream: the tab that has the lock reads it and tells the others.
 */
export const createFeed = (
  onEvent: (event: FeedEvent) => void,
  onChange: (isOpen: boolean) => void,
): Feed => {
  const channel = new BroadcastChannel(CHANNEL);
  let release: (() => void) | null = null;
  let isWanted = false;

  channel.onmessage = ({ data }) => {
    if (!isWanted) return;
    if (typeof data === "boolean") onChange(data);
    else onEvent(data as FeedEvent);
  };
  const tell = (isOpen: boolean): void => {
    onChange(isOpen);
    channel.postMessage(isOpen);
  };

  const stream = (done: () => void): void => {
    const source = new EventSource("/v1/events");
    const end = (): void => {
      source.close();
      tell(false);
      done();
    };
    release = end;
    source.onopen = () => tell(true);
    source.onmessage = ({ data }) => {
      const event = JSON.parse(String(data)) as FeedEvent;
      onEvent(event);
      channel.postMessage(event);
    };
    source.onerror = () => {
      tell(false);
      // Most errors the browser mends itself, by asking for what came after the last event.
      if (source.readyState !== EventSource.CLOSED) return;
      end();
      if (isWanted) setTimeout(ask, RETRY_MS);
    };
  };

  const ask = (): void => {
    void navigator.locks.request(CHANNEL, () => (isWanted ? new Promise<void>(stream) : undefined));
  };

  return {
    open: () => {
      if (isWanted) return;
      isWanted = true;
      ask();
    },
    close: () => {
      isWanted = false;
      release?.();
      release = null;
    },
  };
};
